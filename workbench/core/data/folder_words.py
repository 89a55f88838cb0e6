"""What the names of folders hint at: sets, versions of photos, unsorted photos, years and cameras.

A hint and no more: `readings` holds each against what lies in the folders.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal

from workbench.core.data.catalog import Subset

Version = Literal["", "photos", "marks", "changed"]
"""What a folder holds of the same photos: `photos` themselves, `marks` (masks, annotations), or `changed`."""


def _all(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SETS: dict[Subset, str] = {
    "training": (
        "train training trains trn learn learning entrenamiento entrenar treino treinamento treinar "
        "apprentissage entrainement entraînement entr addestramento allenamento lernen lern trainings übung "
        "eğitim egitim träning treening trening opleiding opplæring uczenie trenowanie trainval "
        "обучение обучающая тренировка тренировочная 训练 训练集 訓練 訓練集 学習 학습 훈련"
    ),
    "validation": (
        "val valid validation validate vali dev devel development validierung validación validacion "
        "validação validacao validazione validering validatie walidacja doğrulama dogrulama validierungs "
        "валидация проверка 验证 验证集 驗證 検証 검증"
    ),
    "test": (
        "test testing tests tst holdout heldout eval evaluation evaluate prueba pruebas teste testes prova "
        "prüfung pruefung prüf toets testowanie evaluación evaluacion évaluation "
        "тест тестовая 测试 测试集 測試 テスト 評価 테스트 평가"
    ),
}
_SUBSETS: dict[str, Subset] = {word: subset for subset, words in _SETS.items() for word in words.split()}
_USUAL = re.compile(r"(?:train|training|val|valid|validation|test|testing)(?:[ _-]?set)?")
"""Names of sets that go without saying."""
_FILLERS = _all("set sets data daten datos dataset images image imgs img photos pictures folder split")
_ENDINGS = ("set", "sets", "data", "daten", "datos", "images", "imgs", "photos", "split", "bilder")
_UNSORTED = _all(
    "unlabeled unlabelled unlabel unsorted unclassified unannotated pred preds predict prediction "
    "predictions inference submission unsortiert unbeschriftet sinclasificar неразмеченные 未标注"
)
_PHOTOS = _all(
    "image images img imgs photo photos foto fotos picture pictures pics pic bild bilder imagen "
    "imagenes imágenes imagem imagens immagini afbeeldingen jpeg jpegimages jpegs jpg jpgs png pngs "
    "color colour colored colors rgb original originals orig raw source src input inputs fullsize "
    "photographs"
)
_MARKS = _all(
    "mask masks maske masken masque masques máscara mascara mascaras máscaras annotation annotations "
    "annotationen anotaciones anotações anot annot annots label labels labeltxt etiquetas etiketten "
    "segmentation segmentations segmentationclass segmentationobject groundtruth gt gts bbox bboxes "
    "boxes boundingboxes trimap trimaps heatmap heatmaps saliency contours outlines landmarks keypoints "
    "polygons xml xmls json jsons"
)
_CHANGED = _all(
    "segmented gray grey grayscale greyscale grays greys graustufen bw blackwhite edges edge canny "
    "depth augmented augmentation aug processed preprocessed resized rescaled thumbs thumbnails thumb "
    "previews lowres cropped normalized normalised enhanced denoised flipped rotated noisy blurred "
    "sketches binary binarized filtered clahe"
)
_NUMBERED = (
    "fold split part batch chunk shard session sitting day tag woche week month year jahr monat run "
    "trial round series camera cam kamera device phone handy sensor site location station user subject "
    "person patient participant student proband photographer fotograf scanner microscope plate slide "
    "card dcim folder dir group gruppe set take roll film volume vol lab school room visit trip line "
    "linie halle hall machine maschine charge lot schicht shift image images photos imgs"
)
_PART = re.compile(
    rf"(?:{'|'.join(_NUMBERED.split())})s?(?:[ _.-]*\d+|[ _.-]+[a-z])"
    r"|(?:19|20)\d\d"
    r"|(?:19|20)\d\d[ _.-]?[01]\d(?:[ _.-]?[0-3]\d)?(?:[ _t].*)?"
    r"|[0-3]?\d[ _.-][01]?\d[ _.-](?:19|20)?\d\d"
    r"|(?:19|20)\d\d[ _.-](?:19|20)?\d\d"
    r"|\d{3}[a-z_]{5}"  # a camera's own: 100CANON
    r"|(?:spring|summer|autumn|fall|winter)[ _.-]?(?:19|20)\d\d"
)
_COUNTED = _all(
    "part batch chunk shard fold split folder dir image images img imgs photo photos picture pictures dcim "
    "volume vol card teil partie parte"
)
_LETTERED = re.compile(r"(?:[Cc]am|[Cc]amera|[Ff]old|[Pp]art|[Ss]ession|[Ss]ite|[Ss]et|[Gg]roup)[A-Z]")
_MONTHS = _all(
    "january february march april may june july august september october november december januar "
    "februar märz mai juni juli oktober dezember monday tuesday wednesday thursday friday saturday "
    "sunday montag dienstag mittwoch donnerstag freitag samstag sonntag"
)
_CONTAINERS = _all(
    "archive archives dataset data files download downloads export output input main master dcim"
)
_MAKERS = _all(
    "canon nikon sony fuji fujifilm olympus panasonic pentax leica gopro iphone ipad samsung pixel "
    "huawei xiaomi phone smartphone webcam dslr drone"
)


def subset_of(name: str) -> tuple[Subset, str]:
    """The set that a folder's name hints at ("" for none), and what else the name says.

    `seg_train` gives training and `seg`, `PublicTest` test and `public`, `Testdaten` test and "".
    """
    found: set[Subset] = set()
    rest = []
    for word in _words(name):
        subset = _SUBSETS.get(word) or _SUBSETS.get(_without_ending(word))
        if subset:
            found.add(subset)
        elif word not in _FILLERS:
            rest.append(word)
    if found == {"training", "validation"}:  # `train_val`: everything but the test set
        found = {"training"}
    if len(found) != 1:
        return "", ""
    return found.pop(), " ".join(rest)


def is_usual_set(name: str) -> bool:
    """Whether a name says for every reader which set it is: `train`, `Validation`, `test_set`."""
    return _USUAL.fullmatch(name.strip().casefold()) is not None


def is_unsorted(name: str) -> bool:
    """Whether a name hints at photos that nobody has sorted (`unlabeled`, `seg_pred`)."""
    return any(word in _UNSORTED for word in _words(name))


def version_of(name: str) -> Version:
    """Which version of the same photos a name hints at; "" for none."""
    words = _words(name)
    known = (_MARKS | _CHANGED | _PHOTOS | _FILLERS | _SUBSETS.keys()).__contains__
    if "".join(words) in _MARKS:  # `ground_truth`
        return "marks"
    if not all(map(known, words)):  # `with_mask` is a class
        return ""
    if not _MARKS.isdisjoint(words):
        return "marks"
    if not _CHANGED.isdisjoint(words):
        return "changed"
    return "" if _PHOTOS.isdisjoint(words) else "photos"


def is_container(name: str) -> bool:
    """Whether a folder's name says nothing of what is in it (`archive`, `my photos`)."""
    return any(word in _CONTAINERS | _PHOTOS for word in _words(name))


def only_count(names: Iterable[str]) -> bool:
    """Whether names say no more than which part of all photos is meant: `part_1` and `part_2`, `100CANON`."""
    names = list(names)
    bare = {tuple(_words(name)) for name in names}
    if len(names) < 2 or not all(any(map(str.isdecimal, name)) for name in names):
        return False
    if all(re.fullmatch(r"\d{3}[A-Z_]{5}", name) for name in names):
        return True
    return len(bare) == 1 and not _COUNTED.isdisjoint(bare.pop())


def as_parts(names: Iterable[str]) -> float:
    """How much names look like parts of a collection (years, cameras, folds) and not like classes, 0 to 1."""
    names = list(names)
    versions = all(map(version_of, names))  # one alone may be a class: `mask` beside `no mask`
    marks = [max(_as_part(name), 0.8 * versions) for name in names]
    return sum(marks) / len(marks) if marks else 0.0


def _as_part(name: str) -> float:
    plain = unicodedata.normalize("NFC", name).strip().casefold()
    if _PART.fullmatch(plain) or _LETTERED.fullmatch(name) or plain in _MONTHS or subset_of(name)[0]:
        return 1.0
    if any(word in _MAKERS for word in _words(name)):
        return 0.8
    return 0.6 if plain.isdecimal() else 0.0


def _words(name: str) -> list[str]:
    """The words of a name in lower case, without digits: `PublicTest2` → public, test."""
    plain = unicodedata.normalize("NFC", name)
    parted = re.sub(r"(?<=[^\W\d_A-Z])(?=[A-Z])", " ", plain)
    parted = re.sub(r"(?i)\b(hold|held)[ _-]?(out)\b", r"\1\2", parted)
    return [word.casefold() for word in re.findall(r"[^\W\d_]+", parted)]


def _without_ending(word: str) -> str:
    return next(
        (word[: -len(ending)] for ending in _ENDINGS if word.endswith(ending) and word != ending), word
    )
