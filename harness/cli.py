"""The command line: it parses, calls one function, and shows errors.

A verb's module is imported when the verb is called, so that ``harness list``
does not wait for what only ``harness report`` needs.
"""

import argparse
import gc
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

import recipes
from harness import __version__
from harness.cache import use_cache
from harness.errors import HarnessError
from harness.outside import join_folders
from harness.places import cache_file

INTERRUPTED = 130
# Values made before Python looks for cycles to free. Commands make many values and few cycles;
# looking as often as Python does by itself is a sixth of the time of ten thousand records' pages.
SELDOM = 100_000


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; a user's error becomes two lines on stderr and exit code 2."""
    args = make_parser().parse_args(argv)
    gc.set_threshold(SELDOM)
    signal.signal(signal.SIGTERM, _interrupt)
    module, _, function = args.verb.partition(":")
    try:
        join_folders(recipes.__path__, args.recipe_folders)
        with use_cache(cache_file()):
            status = getattr(import_module(f"harness.verbs.{module}"), function)(args)
    except HarnessError as error:
        return _refuse(error.problem, error.fix)
    except OSError as error:
        if isinstance(error, BrokenPipeError):  # the reader, head for one, has seen enough
            sys.stderr.close()
            return 0
        return _refuse(
            f"{error.filename or 'a file'}: {error.strerror or error}",
            "check that the path is right, that it can be read and written, and that there is room",
        )
    except KeyboardInterrupt:
        print("interrupted; what was stored stays, and the same command goes on", file=sys.stderr)
        return INTERRUPTED
    return int(status or 0)


def _refuse(problem: str, fix: str) -> int:
    """Two lines, whatever line breaks a message of others brings along."""
    print(f"error: {' '.join(problem.split())}", file=sys.stderr)
    print(f"  fix: {' '.join(fix.split())}", file=sys.stderr)
    return 2


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def make_parser() -> argparse.ArgumentParser:
    """The parser of all verbs, in the order of work."""
    parser = argparse.ArgumentParser(
        prog="harness",
        description="Does the number that a paper prints come out again?",
    )
    parser.add_argument("--version", action="version", version=__version__)
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    _add_list(verbs)
    _add_doctor(verbs)
    _add_new(verbs)
    _add_check(verbs)
    _add_data(verbs)
    _add_plan(verbs)
    _add_run(verbs)
    _add_reproduce(verbs)
    _add_evaluate(verbs)
    _add_predict(verbs)
    _add_stress(verbs)
    _add_costs(verbs)
    _add_bench(verbs)
    _add_compare(verbs)
    _add_show(verbs)
    _add_diff(verbs)
    _add_report(verbs)
    _add_figure(verbs)
    _add_diagram(verbs)
    _add_export(verbs)
    _add_invalidate(verbs)
    return parser


def _verb(verbs: Any, name: str, target: str, text: str) -> argparse.ArgumentParser:
    verb: argparse.ArgumentParser = verbs.add_parser(name, help=text, description=text)
    verb.set_defaults(verb=target)
    verb.add_argument("--results", type=Path, default=Path("results"), help="folder of the records")
    verb.add_argument(
        "--data", type=Path, default=None, help="folder of the prepared data ($HARNESS_DATA, data)"
    )
    verb.add_argument(
        "--recipes",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        dest="recipe_folders",
        help="a folder of further recipes and data sets ($HARNESS_RECIPES); may be repeated",
    )
    return verb


def _add_list(verbs: Any) -> None:
    verb = _verb(verbs, "list", "listing:show_list", "what there is")
    verb.add_argument(
        "what",
        nargs="?",
        default="recipes",
        choices=("recipes", "claims", "datasets", "campaigns", "runs"),
    )
    verb.add_argument("--json", action="store_true", help="one JSON array")


def _add_doctor(verbs: Any) -> None:
    _verb(verbs, "doctor", "doctor:diagnose", "versions, device, repairs applied, data found")


def _add_new(verbs: Any) -> None:
    text = "the folder of a new recipe, which trains at once and says what is left to do"
    verb = _verb(verbs, "new", "drafting:new", text)
    verb.add_argument("method", metavar="METHOD", help="its name, as tables print it")
    source = verb.add_mutually_exclusive_group()
    source.add_argument("--paper", metavar="arXiv:ID", help="cite what arXiv says of it")
    source.add_argument("--bib", type=Path, metavar="FILE", help="cite the first entry of BibTeX")
    kind = verb.add_mutually_exclusive_group()
    kind.add_argument("--like", metavar="RECIPE", help="begin from the files of another recipe")
    drafts = {
        "skeleton": "a small network on the embedded skeletons, as where nothing is said",
        "video": "a small 3D network on the embedded actions, drawn as depth videos",
        "two-stream": "joints and bones of the embedded skeletons, and their scores fused",
    }
    for name, begins in drafts.items():
        kind.add_argument(
            f"--{name}", dest="kind", action="store_const", const=name, help=f"begin with {begins}"
        )
    verb.add_argument("--dir", type=Path, help="folder that it comes into (the repository's)")


def _add_check(verbs: Any) -> None:
    text = "what every recipe promises, without data and GPU; the fix for what is broken"
    verb = _verb(verbs, "check", "checking:check", text)
    verb.add_argument("recipes", nargs="*", metavar="RECIPE", help="all where none is named")
    verb.add_argument("--json", action="store_true", help="one object a recipe")


def _add_data(verbs: Any) -> None:
    text = "data sets: list, prepare, decode, flow, verify, export"
    verb = verbs.add_parser("data", help=text)
    actions = verb.add_subparsers(metavar="ACTION", required=True)
    listing = _verb(actions, "list", "listing:show_list", "data sets, and which are prepared")
    listing.add_argument("--json", action="store_true", help="one JSON array")
    listing.set_defaults(what="datasets")
    prepare = _verb(actions, "prepare", "data:prepare_data", "authors' files to prepared form")
    prepare.add_argument("name", help="data set")
    prepare.add_argument("--source", type=Path, help="folder or archive in the authors' layout")
    prepare.add_argument("--dest", type=Path, help="folder of the prepared data, as --data")
    prepare.add_argument("--partial", action="store_true", help="go on with incomplete data")
    prepare.add_argument(
        "--skip-bad", action="store_true", help="leave out skeletons that cannot be read"
    )
    prepare.add_argument("--overwrite", action="store_true", help="replace other prepared data")
    prepare.add_argument("--videos", action="store_true", help="its videos, not its skeletons")
    prepare.add_argument("--jobs", default="1", metavar="N", help="processes that decode videos")
    decode = _verb(actions, "decode", "data:decode_data", "videos to frames, once")
    decode.add_argument("name", help="data set, whose videos are prepared")
    decode.add_argument("--short-side", required=True, metavar="PIXELS", help="size of a frame")
    decode.add_argument("--jobs", default="1", metavar="N", help="processes that decode")
    decode.add_argument("--overwrite", action="store_true", help="decode again")
    _add_flow(actions)
    verify = _verb(actions, "verify", "data:verify_data", "counts and checksums of prepared data")
    verify.add_argument("name", help="data set")
    verify.add_argument("--videos", action="store_true", help="its videos, not its skeletons")
    verify.add_argument("--missing", type=Path, metavar="FILE", help="write what is missing there")
    export = _verb(actions, "export", "data:export_data", "prepared skeletons for other toolboxes")
    export.add_argument("name", help="data set")
    export.add_argument(
        "--pickle", type=Path, required=True, metavar="FILE", help="annotation file of MMAction2"
    )
    export.add_argument("--persons", default="2", metavar="N", help="most bodies of a frame")


def _add_flow(actions: Any) -> None:
    flow = _verb(actions, "flow", "data:make_data_flow", "optical flow of videos, once")
    flow.add_argument("name", help="data set, whose videos are prepared")
    flow.add_argument("--method", default="dis", help="dis, farneback or tvl1")
    flow.add_argument("--bound", default="20", metavar="PIXELS", help="largest displacement kept")
    flow.add_argument("--short-side", metavar="PIXELS", help="size kept (that of decoded frames)")
    flow.add_argument("--jobs", metavar="N", help="processes (all cores)")
    flow.add_argument("--overwrite", action="store_true", help="make it again")
    images = flow.add_mutually_exclusive_group()
    images.add_argument(
        "--import", type=Path, metavar="DIR", dest="images", help="read VIDEO/flow_x_00001.jpg …"
    )
    images.add_argument(
        "--export", type=Path, metavar="DIR", help="write VIDEO/img_00001.jpg, flow_x_00001.jpg …"
    )


def _add_places(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--save-every", default="10", metavar="SECONDS", help="between checkpoints")
    verb.add_argument("--jobs", default=None, help="runs at a time (cores / threads)")
    verb.add_argument(
        "--pretrained",
        type=Path,
        help="folder of other people's weights ($HARNESS_PRETRAINED, pretrained)",
    )
    _add_place(verb)


def _add_place(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--work", type=Path, default=Path("work"), help="folder of checkpoints and logs"
    )
    verb.add_argument("--device", default="auto", help="auto, cpu or cuda:N")
    again = verb.add_mutually_exclusive_group()
    again.add_argument("--fresh", action="store_true", help="run again what is done")
    again.add_argument("--stale", action="store_true", help="run again what is stale")
    verb.add_argument("--plan", action="store_true", help="say what would be run, and stop")


def _add_plan(verbs: Any) -> None:
    text = "hours that runs on skeletons would take here, on the complete data"
    verb = _verb(verbs, "plan", "planning:foresee", text)
    verb.add_argument("recipe")
    verb.add_argument("--variant", help="one; all that claims need by default")
    verb.add_argument("--split", help="of the variant: one, several, or all (all)")
    verb.add_argument("--seeds", default="0", help="3, 0,2,5 or 0..4")
    verb.add_argument("--device", default="auto", help="auto, cpu or cuda:N")
    verb.add_argument("--rounds", default="3", help="batches of each kind that are timed")


def _add_run(verbs: Any) -> None:
    verb = _verb(verbs, "run", "running:run_variant", "train and test a variant of a recipe")
    verb.add_argument("recipe")
    verb.add_argument("--variant", default="config")
    verb.add_argument("--dataset", help="refuse the variant if it is for another data set")
    verb.add_argument("--split", default="all", help="one, several with commas, or all")
    verb.add_argument("--seeds", default="0", help="3, 0,2,5 or 0..4")
    verb.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", dest="overrides")
    verb.add_argument("--limit", help="most samples of each subset; stamped on the run")
    _add_places(verb)


def _add_reproduce(verbs: Any) -> None:
    verb = _verb(
        verbs, "reproduce", "running:reproduce", "run what claims need, compare, write the report"
    )
    verb.add_argument("recipes", nargs="*", metavar="RECIPE", help="all where none is named")
    verb.add_argument("--campaign", help="a campaign instead of the claims")
    verb.add_argument("--seeds", default=None, help="3, 0,2,5 or 0..4 (default 0..4)")
    verb.add_argument("--reports", type=Path, default=Path("reports"), help="folder of the pages")
    _add_places(verb)


def _add_evaluate(verbs: Any) -> None:
    verb = _verb(
        verbs, "evaluate", "running:evaluate", "test the authors' weights, and train nothing"
    )
    verb.add_argument("recipe")
    verb.add_argument("--variant", default="config")
    verb.add_argument("--weights", type=Path, required=True, metavar="FILE", help="theirs, or ours")
    verb.add_argument("--sha256", default="", metavar="HEX", help="refuse any other file")
    verb.add_argument("--split", help="needed where the variant names several")
    verb.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", dest="overrides")
    verb.add_argument("--limit", help="most samples of each subset; stamped on the run")
    _add_place(verb)
    verb.set_defaults(
        jobs="1", save_every="10", pretrained=None
    )  # there is one run, and it saves nothing


def _add_bench(verbs: Any) -> None:
    text = "speed and memory of a recipe; speed against other people's code; of data; of the pages"
    verb = _verb(verbs, "bench", "benching:measure_speed", text)
    verb.add_argument(
        "recipe", metavar="RECIPE|data|report", help="a recipe, data pipelines, or the pages of all"
    )
    verb.add_argument("name", nargs="?", default="", help="of data: one data set, not all")
    verb.add_argument(
        "--against", metavar="RIVAL", help="as rival.py names it; else what variants cost"
    )
    verb.add_argument(
        "--records", nargs="+", metavar="N", help="of the pages: generated records (1000 10000)"
    )
    verb.add_argument("--variant", help="all; against others config")
    verb.add_argument("--device", default="auto", help="auto, cpu or cuda:N")
    verb.add_argument("--rounds", default="10", help="turns of each side")
    verb.add_argument("--batches", default="10", help="batches a turn, of a recipe")
    verb.add_argument("--batch-size", default="4", help="clips at a time, of a recipe alone")
    verb.add_argument("--seconds", default="1", help="least length of a turn, of data and forms")
    verb.add_argument("--threads", help="of both sides at the same precision (torch's default)")
    verb.add_argument("--json", action="store_true", help="one object")
    verb.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="store it; for the pages: results/benches/NAME.json, costs/NAME.json, data/NAME.json",
    )


def _add_compare(verbs: Any) -> None:
    verb = _verb(verbs, "compare", "judging:compare", "what the stored runs say of the claims")
    verb.add_argument("recipes", nargs="*", metavar="RECIPE", help="all where none is named")
    verb.add_argument("--json", action="store_true", help="one object per claim")


def _add_show(verbs: Any) -> None:
    verb = _verb(verbs, "show", "listing:show_one", "a recipe or a run")
    verb.add_argument("name", metavar="RECIPE|RUN")
    verb.add_argument("--work", type=Path, default=Path("work"), help="folder of checkpoints")
    verb.add_argument("--json", action="store_true", help="the record as JSON")


def _add_predict(verbs: Any) -> None:
    text = "the best classes of a video or skeleton file, by a run's network"
    verb = _verb(verbs, "predict", "predicting:predict", text)
    verb.add_argument("source", type=Path, metavar="FILE")
    verb.add_argument("--run", required=True, metavar="RUN", help="a run whose weights are here")
    verb.add_argument("--work", type=Path, default=Path("work"), help="folder of its weights")
    verb.add_argument("--top", default="5", metavar="N", help="how many classes")
    verb.add_argument("--json", action="store_true", help="one JSON object")


def _add_stress(verbs: Any) -> None:
    text = (
        "a run's test again with noisy or lost joints, shorter or fewer clips: all effects that "
        "apply, or those that are named"
    )
    verb = _verb(verbs, "stress", "stressing:stress", text)
    verb.add_argument("run", metavar="RUN", help="a run whose weights are here")
    verb.add_argument(
        "--noise",
        metavar="SHARES",
        help="deviation by body size (usually 0.005,0.01,0.02,0.05)",
    )
    verb.add_argument("--dropped", metavar="SHARES", help="of the joints (usually 0.1,0.2,0.3,0.5)")
    verb.add_argument(
        "--clip-len", metavar="FRAMES", help="of a clip (usually 1/8, 1/4, 1/2, 3/4 of its own)"
    )
    verb.add_argument("--num-clips", metavar="CLIPS", help="of a sample (usually the same shares)")
    verb.add_argument("--seeds", default="0..2", help="of what is drawn: 3, 0,2,5 or 0..4")
    verb.add_argument("--work", type=Path, default=Path("work"), help="folder of its weights")
    verb.add_argument("--device", default="auto", help="auto, cpu or cuda:N")
    verb.add_argument("--json", action="store_true", help="one object")


def _add_costs(verbs: Any) -> None:
    verb = _verb(
        verbs, "costs", "costing:count_costs", "parameters and multiply-adds, without data"
    )
    verb.add_argument("recipe")
    verb.add_argument("--variant", help="one; all that have clips of a fixed length by default")


def _add_diff(verbs: Any) -> None:
    verb = _verb(verbs, "diff", "listing:show_difference", "how two variants of a recipe differ")
    verb.add_argument("recipe")
    verb.add_argument("a", metavar="A", help="a variant")
    verb.add_argument("b", metavar="B", help="another one")
    verb.add_argument("--json", action="store_true", help="one object, with whole values")


def _add_report(verbs: Any) -> None:
    verb = _verb(verbs, "report", "judging:report", "pages from the stored runs")
    verb.add_argument("--reports", type=Path, default=Path("reports"), help="folder of the pages")
    verb.add_argument("--readme", type=Path, help="also the results table of this README")
    what = verb.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="fail where a page is not up to date")
    what.add_argument(
        "--run", nargs="+", metavar="RUN", help="a page for each of these runs, below runs/"
    )
    what.add_argument("--runs", choices=("all",), help="a page for every run, below runs/")
    what.add_argument("--latex", type=Path, metavar="DIR", help="a LaTeX document, in sections")
    verb.add_argument(
        "--topic", action="append", default=[], help="of --latex: recipes that carry it (all)"
    )
    verb.add_argument("--campaign", metavar="NAME", help="of --latex: of this campaign alone")
    verb.add_argument(
        "--pdf",
        action="store_true",
        help="of --latex: compile it; else also the PDFs of campaigns that have one",
    )


def _add_figure(verbs: Any) -> None:
    text = "a figure of the methods that were run on a data set"
    verb = _verb(verbs, "figure", "drawing:draw_figure", text)
    names = ("over-fitting", "costs", "joint-noise", "clip-length", "clip-number")
    verb.add_argument("name", choices=names)
    verb.add_argument("recipes", nargs="*", metavar="RECIPE", help="all where none is named")
    verb.add_argument("--dataset", required=True, help="key of the data set")
    verb.add_argument("--out", type=Path, required=True, metavar="FILE", help="a .pdf or .svg")


def _add_diagram(verbs: Any) -> None:
    text = "boxes and arrows of a variant's network, as it was built"
    verb = _verb(verbs, "diagram", "drawing:draw_network", text)
    verb.add_argument("recipe")
    verb.add_argument(
        "--variant", nargs="+", help="which (config; with --store those stored are drawn anew too)"
    )
    what = verb.add_mutually_exclusive_group(required=True)
    what.add_argument("--out", type=Path, metavar="FILE", help="a .mmd or .svg")
    what.add_argument("--store", action="store_true", help="keep it for the recipe's page")


def _add_export(verbs: Any) -> None:
    text = "recipe, records, environment, fingerprints and pages of runs in one archive"
    verb = _verb(verbs, "export", "exporting:export", text)
    verb.add_argument("bundle", type=Path, metavar="BUNDLE", help="the archive, a .zip")
    what = verb.add_mutually_exclusive_group(required=True)
    what.add_argument("--run", nargs="+", metavar="RUN", help="these runs")
    what.add_argument("--campaign", help="all runs of a campaign")


def _add_invalidate(verbs: Any) -> None:
    verb = _verb(verbs, "invalidate", "judging:invalidate", "say that a run no longer counts")
    verb.add_argument("run")
    verb.add_argument("--reason", required=True)
