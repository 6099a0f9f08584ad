"""Numbers to text, each with its unit and a true minus sign."""

from harness.intervals import Difference, Spread
from harness.metrics import Metric


def show_number(value: float, decimals: int) -> str:
    """A number with so many decimals."""
    return f"{value:.{decimals}f}".replace("-", "−")


def show_signed(value: float, decimals: int) -> str:
    """A number with its sign."""
    return f"{value:+.{decimals}f}".replace("-", "−")


def show_value(metric: Metric, value: float) -> str:
    """A value of a metric with its unit."""
    return f"{show_number(value, metric.decimals)} {metric.unit}".rstrip()


def show_gap(metric: Metric, gap: float) -> str:
    """A difference of two values of a metric with its unit."""
    return f"{show_signed(gap, metric.decimals)} {metric.gap_unit}".rstrip()


def show_spread(metric: Metric, spread: Spread) -> str:
    """Mean ± s (n); s needs two seeds, and of a count something in these digits."""
    mean = show_number(spread.mean, metric.decimals)
    std = "" if spread.std is None else f" ± {show_number(spread.std, metric.decimals)}"
    if not metric.is_score and not std.strip(" ±0."):
        std = ""
    return f"{mean}{std} {metric.unit}".rstrip() + f" (n = {spread.n})"


def show_difference(difference: Difference) -> str:
    """A difference in points with its 95 % interval."""
    low, high = show_signed(difference.low, 2), show_signed(difference.high, 2)
    return f"{show_signed(difference.value, 2)} pp [{low}, {high}]"


def show_p(p: float) -> str:
    """A p-value."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def show_duration(seconds: float) -> str:
    """A duration in the two largest units that matter."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def show_splits(splits: tuple[str, ...]) -> str:
    """Names of splits; the ends and the number of a long list."""
    if len(splits) > 3:
        return f"mean of {splits[0]} … {splits[-1]} ({len(splits)} splits)"
    return ", ".join(splits)
