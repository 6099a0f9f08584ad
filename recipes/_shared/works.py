"""Works that several recipes cite, in the order of their BibTeX keys."""

from harness.claims import Citation

CARREIRA2017QUO = Citation(
    key="carreira2017quo",
    title="Quo Vadis, Action Recognition? A New Model and the Kinetics Dataset",
    authors=("João Carreira", "Andrew Zisserman"),
    venue="CVPR",
    year=2017,
    doi="10.1109/CVPR.2017.502",
    arxiv="1705.07750",
    pages="6299--6308",
)
DU2015HIERARCHICAL = Citation(
    key="du2015hierarchical",
    title="Hierarchical Recurrent Neural Network for Skeleton Based Action Recognition",
    authors=("Yong Du", "Wei Wang", "Liang Wang"),
    venue="CVPR",
    year=2015,
    doi="10.1109/CVPR.2015.7298714",
)
DUAN2022PYSKL = Citation(
    key="duan2022pyskl",
    title="PYSKL: Towards Good Practices for Skeleton Action Recognition",
    authors=("Haodong Duan", "Jiaqi Wang", "Kai Chen", "Dahua Lin"),
    venue="ACM Multimedia",
    year=2022,
    arxiv="2205.09443",
)
FEICHTENHOFER2016CONVOLUTIONAL = Citation(
    key="feichtenhofer2016convolutional",
    title="Convolutional Two-Stream Network Fusion for Video Action Recognition",
    authors=("Christoph Feichtenhofer", "Axel Pinz", "Andrew Zisserman"),
    venue="CVPR",
    year=2016,
    doi="10.1109/CVPR.2016.213",
    arxiv="1604.06573",
    pages="1933--1941",
)
FEICHTENHOFER2016SPATIOTEMPORAL = Citation(
    key="feichtenhofer2016spatiotemporal",
    title="Spatiotemporal Residual Networks for Video Action Recognition",
    authors=("Christoph Feichtenhofer", "Axel Pinz", "Richard P. Wildes"),
    venue="NIPS",
    year=2016,
    arxiv="1611.02155",
    volume="29",
    pages="3468--3476",
)
FEICHTENHOFER2017SPATIOTEMPORAL = Citation(
    key="feichtenhofer2017spatiotemporal",
    title="Spatiotemporal Multiplier Networks for Video Action Recognition",
    authors=("Christoph Feichtenhofer", "Axel Pinz", "Richard P. Wildes"),
    venue="CVPR",
    year=2017,
)
KAY2017KINETICS = Citation(
    key="kay2017kinetics",
    title="The Kinetics Human Action Video Dataset",
    authors=(
        "Will Kay",
        "João Carreira",
        "Karen Simonyan",
        "Brian Zhang",
        "Chloe Hillier",
        "Sudheendra Vijayanarasimhan",
        "Fabio Viola",
        "Tim Green",
        "Trevor Back",
        "Paul Natsev",
        "Mustafa Suleyman",
        "Andrew Zisserman",
    ),
    venue="arXiv",
    year=2017,
    arxiv="1705.06950",
)
KUEHNE2011HMDB = Citation(
    key="kuehne2011hmdb",
    title="HMDB: A Large Video Database for Human Motion Recognition",
    authors=(
        "Hildegard Kuehne",
        "Hueihan Jhuang",
        "Estíbaliz Garrote",
        "Tomaso Poggio",
        "Thomas Serre",
    ),
    venue="ICCV",
    year=2011,
)
MMACTION2020 = Citation(
    key="mmaction2020",
    title="OpenMMLab's Next Generation Video Understanding Toolbox and Benchmark",
    authors=("MMAction2",),
    venue="software",
    year=2020,
    url="https://github.com/open-mmlab/mmaction2",
)
SHAHROUDY2016NTU = Citation(
    key="shahroudy2016ntu",
    title="NTU RGB+D: A Large Scale Dataset for 3D Human Activity Analysis",
    authors=("Amir Shahroudy", "Jun Liu", "Tian-Tsong Ng", "Gang Wang"),
    venue="CVPR",
    year=2016,
    doi="10.1109/CVPR.2016.115",
    arxiv="1604.02808",
)
SIMONYAN2014TWO = Citation(
    key="simonyan2014two",
    title="Two-Stream Convolutional Networks for Action Recognition in Videos",
    authors=("Karen Simonyan", "Andrew Zisserman"),
    venue="NIPS",
    year=2014,
    arxiv="1406.2199",
    pages="568--576",
)
SOOMRO2012UCF101 = Citation(
    key="soomro2012ucf101",
    title="UCF101: A Dataset of 101 Human Actions Classes From Videos in The Wild",
    authors=("Khurram Soomro", "Amir Roshan Zamir", "Mubarak Shah"),
    venue="arXiv",
    year=2012,
    arxiv="1212.0402",
)
TRAN2015LEARNING = Citation(
    key="tran2015learning",
    title="Learning Spatiotemporal Features with 3D Convolutional Networks",
    authors=(
        "Du Tran",
        "Lubomir Bourdev",
        "Rob Fergus",
        "Lorenzo Torresani",
        "Manohar Paluri",
    ),
    venue="ICCV",
    year=2015,
    doi="10.1109/ICCV.2015.510",
    arxiv="1412.0767",
    pages="4489--4497",
)
VEMULAPALLI2014HUMAN = Citation(
    key="vemulapalli2014human",
    title="Human Action Recognition by Representing 3D Skeletons as Points in a Lie Group",
    authors=("Raviteja Vemulapalli", "Felipe Arrate", "Rama Chellappa"),
    venue="CVPR",
    year=2014,
)
WANG2015ACTION = Citation(
    key="wang2015action",
    title="Action Recognition with Trajectory-Pooled Deep-Convolutional Descriptors",
    authors=("Limin Wang", "Yu Qiao", "Xiaoou Tang"),
    venue="CVPR",
    year=2015,
    doi="10.1109/CVPR.2015.7299059",
    arxiv="1505.04868",
    pages="4305--4314",
)
WANG2016TEMPORAL = Citation(
    key="wang2016temporal",
    title="Temporal Segment Networks: Towards Good Practices for Deep Action Recognition",
    authors=(
        "Limin Wang",
        "Yuanjun Xiong",
        "Zhe Wang",
        "Yu Qiao",
        "Dahua Lin",
        "Xiaoou Tang",
        "Luc Van Gool",
    ),
    venue="ECCV",
    year=2016,
    doi="10.1007/978-3-319-46484-8_2",
    arxiv="1608.00859",
    pages="20--36",
)
