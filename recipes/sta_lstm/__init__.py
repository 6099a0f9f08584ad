"""STA-LSTM.

Sijie Song, Cuiling Lan, Junliang Xing, Wenjun Zeng and Jiaying Liu. An
End-to-End Spatio-Temporal Attention Model for Human Action Recognition from
Skeleton Data. AAAI 2017. https://doi.org/10.1609/aaai.v31i1.11212
"""
