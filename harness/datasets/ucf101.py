"""UCF101: 13,320 clips of 101 actions, from videos of the web, three splits.

A class's clips come from 25 groups of videos that look alike, such as several clips of
one person in one place. A split divides the groups, so that the subset follows from
the number of a clip's group; the authors' lists say the same for every clip. Groups of
different classes have nothing in common but their number.

The class is ``HandstandPushups`` in the authors' lists and folders, and
``HandStandPushups`` in the names of its files; both are read.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from harness.claims import Citation
from harness.datasets.definition import Dataset, Sample, Split, StrayFile, VideoFile, Videos
from harness.datasets.sources import VIDEO_ENDINGS, list_files
from harness.errors import DataError

TEST = {"1": range(1, 8), "2": range(8, 15), "3": range(15, 22)}  # groups, of 25

_NAME = re.compile(r"v_([A-Za-z]+)_g(\d\d)_c(\d\d)", re.ASCII)

# By class, in the authors' order, the number of clips of groups 1 to 25.
_CLIPS = """
ApplyEyeMakeup 6467777575566575554655677
ApplyLipstick 5445554444454455544557454
Archery 7755566577747475474745767
BabyCrawling 4644566465466466565747466
BalanceBeam 4444474444445444644454544
BandMarching 7774747777765677467665667
BaseballPitch 6475777775547476775447777
Basketball 7664444455554576457767647
BasketballDunk 7464646555554776764644554
BenchPress 6777777774577765776747577
Biking 4745756646646455664775474
Billiards 6757654675777775577475467
BlowDryHair 4555577747764554554564744
BlowingCandles 4445574444464444444444446
BodyWeightSquats 4454454475444444444644457
Bowling 7474777777746574757767775
BoxingPunchingBag 7777777774574777467777777
BoxingSpeedBag 4457557574657675745544547
BreastStroke 4444444444444444454444444
BrushingTeeth 4754556645464544575547677
CleanAndJerk 5465445444474644444644444
CliffDiving 6454776467674744577746554
CricketBowling 7745454574765567567567447
CricketShot 7777777777777777655767577
CuttingInKitchen 5445654447444444444444446
Diving 7777674677677475444776674
Drumming 7757667547777677767774777
Fencing 6555544465554444444444444
FieldHockeyPenalty 5647774457464764444444456
FloorGymnastics 5445477475464564674554445
FrisbeeCatch 6555556556454546556656444
FrontCrawl 4467457565744744774766764
GolfSwing 6476745644744444766766777
Haircut 4465446677544445456747774
Hammering 4455465477457774776477674
HammerThrow 6777675677677654557557745
HandstandPushups 4444444544677467574765547
HandstandWalking 4445746444444444474444464
HeadMassage 5774675744774774775567747
HighJump 5746546554745445445545655
HorseRace 4456466544745445566554574
HorseRiding 7777777667774766667767677
HulaHoop 7455445564466556544745645
IceDancing 7767667767475646567777777
JavelinThrow 4444645445644666544444565
JugglingBalls 4675567564554544444446445
JumpingJack 7444675476447444447444447
JumpRope 4747556774755467574776576
Kayaking 6447474665744477675777664
Knitting 4556545457645575644444447
LongJump 7567545667666555556444444
Lunges 7444477446756744457454644
MilitaryParade 7444446575554574567444447
Mixing 7677765575776774444444444
MoppingFloor 4646545444444444664444444
Nunchucks 4676444756657464764464556
ParallelBars 4447576564644444444444444
PizzaTossing 4547454444544444445444765
PlayingCello 7747775677777477777757777
PlayingDaf 4747775757654776477777647
PlayingDhol 7777777777767746767477757
PlayingFlute 7777767776655676757465657
PlayingGuitar 6477577747777777777765747
PlayingPiano 4444444444444447644444444
PlayingSitar 4677767777744747777776774
PlayingTabla 4456444455455445464444445
PlayingViolin 4444444444444444444444444
PoleVault 5777554447575747777674777
PommelHorse 7445447444477444646747444
PullUps 4444444444444444444444444
Punch 5445777776777767777477777
PushUps 5445444444444444444444444
Rafting 4444444645445547645444444
RockClimbingIndoor 5574677747466545744677677
RopeClimbing 4644745445447555557444445
Rowing 4676445467677774746454556
SalsaSpin 7766656566664665444555454
ShavingBeard 4774777777466676777777776
Shotput 7765777776774477544445745
SkateBoarding 4645445547564464465545455
Skiing 6577474765447455446775465
Skijet 4444444444444444444444444
SkyDiving 4454545445444454564644444
SoccerJuggling 5646657474665747777657676
SoccerPenalty 6555776655576675454555664
StillRings 5474444446444444444474447
SumoWrestling 4444477744455444575444444
Surfing 7644444756475477744644444
Swing 5547777564644575444665554
TableTennisShot 6457764474544577447747777
TaiChi 4444444444444444444444444
TennisSwing 7777777677777777766666666
ThrowDiscus 4744577465765454574474555
TrampolineJumping 4645445466654456446546444
Typing 7674676777774744444744444
UnevenBars 4444444444444475444444444
VolleyballSpiking 4447547664647444444444444
WalkingWithDog 4655556565555445545744464
WallPushups 4454576555655557755674445
WritingOnBoard 7774677467646457574777777
YoYo 7565544565645446646466645
"""
CLASSES = tuple(row.split()[0] for row in _CLIPS.split("\n")[1:-1])
_LABELS = {name.lower(): label for label, name in enumerate(CLASSES)}


def make_manifest() -> Iterator[Sample]:
    """Make the list of the authors' 13,320 clips; of none the frames are known."""
    for label, row in enumerate(_CLIPS.split("\n")[1:-1]):
        for group, clips in enumerate(row.split()[1], start=1):
            for clip in range(1, int(clips) + 1):
                yield _make_sample(label, group, clip)


def _make_sample(label: int, group: int, clip: int) -> Sample:
    name = f"{CLASSES[label]}_g{group:02d}"
    return Sample(id=f"v_{name}_c{clip:02d}", label=label, start=0, frames=0, group=name)


def find(source: Path, _made: Path) -> Iterator[VideoFile | StrayFile]:
    """Find the clips below a folder, class by class.

    Args:
        source: A folder at any shallow depth above them.

    Raises:
        DataError: There are none, one is there twice, or in the folder of another class.
    """
    found: dict[str, VideoFile] = {}
    strays = []
    for path in list_files(source, VIDEO_ENDINGS):
        place = _NAME.fullmatch(PurePosixPath(path).stem)
        label = _LABELS.get(place[1].lower()) if place else None
        if place is None or label is None:
            strays.append(StrayFile(path=path, problem="is not named like a clip of this set"))
            continue
        folder = _LABELS.get(PurePosixPath(path).parent.name.lower(), label)
        if folder != label:
            raise DataError(
                f"{path}: a clip of {CLASSES[label]} in the folder of {CLASSES[folder]}",
                fix="move it to its class, or unpack the archive again",
            )
        sample = _make_sample(label, int(place[2]), int(place[3]))
        if sample.id in found:
            raise DataError(
                f"clip {sample.id} is there twice: {found[sample.id].path} and {path}",
                fix="give a folder with one copy of the data set",
            )
        found[sample.id] = VideoFile(id=sample.id, label=label, group=sample.group, path=path)
    if not found:
        raise DataError(
            f"no file v_CLASS_gNN_cNN.avi in {source}",
            fix="unpack the authors' archive, and give its folder 'UCF-101'",
        )
    yield from sorted(found.values(), key=lambda file: (file.label, file.id))
    yield from strays


def assign(split: str, sample: Sample) -> str:
    """Give the subset of a sample: seven of the 25 groups test."""
    return "test" if int(sample.group[-2:]) in TEST[split] else "train"


def make_splits(manifest: tuple[Sample, ...]) -> Iterator[Split]:
    """Make the authors' three splits."""
    for name, groups in TEST.items():
        counts = Counter(assign(name, sample) for sample in manifest)
        yield Split(
            name=name,
            role="reported",
            train=counts["train"],
            val=0,
            test=counts["test"],
            note=f"tests groups {groups[0]} to {groups[-1]} of each class's 25",
        )


_MANIFEST = tuple(make_manifest())

DATASET = Dataset(
    key="ucf101",
    title="UCF101",
    citation=Citation(
        key="soomro2012ucf101",
        title="UCF101: A Dataset of 101 Human Actions Classes From Videos in The Wild",
        authors=("Khurram Soomro", "Amir Roshan Zamir", "Mubarak Shah"),
        venue="arXiv",
        year=2012,
        arxiv="1212.0402",
    ),
    terms="as the authors' page says; the clips are from other people's videos",
    obtain="the authors' page https://www.crcv.ucf.edu/data/UCF101.php (UCF101.rar, unpacked)",
    classes=CLASSES,
    splits=tuple(make_splits(_MANIFEST)),
    monitored="test",
    expected_samples=13320,
    class_counts=tuple(Counter(s.label for s in _MANIFEST)[i] for i in range(len(CLASSES))),
    resample_unit="group",
    embedded=False,
    assign=assign,
    manifest=_MANIFEST,
    videos=Videos(
        layout="CLASS/v_CLASS_gNN_cNN.avi, unpacked; the authors' lists are not needed",
        modality="rgb",
        find=find,
    ),
)
