"""The commands. Each reads its arguments, calls one public function, and prints what was written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from emgkit.cli import edit
from emgkit.cli.listen import listen
from emgkit.cli.new_session import new_session, schema
from emgkit.cli.options import (
    Debug,
    EmgUnit,
    Out,
    RecordingFile,
    SettingsFile,
    Wire,
    WireSide,
    check_options,
    check_out,
    load_settings,
    of_repetitions,
    pairs,
    path_of,
    refuse_session_folder,
)
from emgkit.cli.results import FileBar, warn, write

if TYPE_CHECKING:
    from emgkit.model import Side
    from emgkit.report.files import Format

app = typer.Typer(
    name="emgkit",
    help=(
        "Timing and magnitude of one muscle per gait cycle, from dynamic fine-wire EMG and foot switches.\n\n"
        "Start with 'emgkit inspect FILE' to see the channels, then 'emgkit analyze FILE --out DIR', or "
        "'emgkit report SESSION_FOLDER --out DIR' for a whole session. It computes and lays out; the "
        "interpretation is the physician's."
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.add_typer(edit.app, name="edit")


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    if version:
        from emgkit import __version__

        print(__version__)
        raise typer.Exit


@app.command()
def inspect(
    file: RecordingFile,
    debug: Debug = False,
) -> None:
    """Show channels, rates, events, and what would be picked and why.

    Example: emgkit inspect walk_1.c3d
    """
    from emgkit.cli.inspect import describe

    print(describe(file))


@app.command()
def analyze(
    file: RecordingFile,
    out: Out,
    emg: Wire = None,
    side: WireSide = None,
    switch: Annotated[
        list[str] | None,
        typer.Option(
            "--switch",
            metavar="NAME=LABEL",
            help="A foot switch, e.g. heel=FSW_HEEL; once for each. Names: heel, fifth_metatarsal, "
            "first_metatarsal, toe, contact (site not stated), coded (one channel for all; its levels are "
            "gait.coded_levels_v of --settings).",
        ),
    ] = None,
    opposite_switch: Annotated[
        list[str] | None,
        typer.Option(
            "--opposite-switch",
            metavar="NAME=LABEL",
            help="A foot switch of the other foot, likewise; needed only where labels do not say it.",
        ),
    ] = None,
    emg_unit: EmgUnit = None,
    motion: Annotated[
        str | None,
        typer.Option(
            "--motion",
            metavar="LABEL",
            help="Channel that shows repetitions, such as a goniometer; its thresholds are in --settings.",
        ),
    ] = None,
    repetition_label: Annotated[
        str | None,
        typer.Option(
            "--repetition-label", metavar="LABEL", help="Events with this label start a repetition."
        ),
    ] = None,
    neighbour: Annotated[
        list[str] | None,
        typer.Option(
            "--neighbour",
            metavar="LABEL",
            help="Channel of another muscle, to look for cross-talk; once for each.",
        ),
    ] = None,
    reference: Annotated[
        Path | None,
        typer.Option(
            "--reference",
            metavar="CSV",
            help="Your own timing reference, for the muscles that it names; see docs/reference.md.",
            parser=path_of,
        ),
    ] = None,
    settings: SettingsFile = None,
    debug: Debug = False,
) -> None:
    """Analyse one recording; leave tables, result.json, report.html and report.pdf in DIR.

    Cycles come from the file's own events, else from foot switches, else from annotated repetitions; with
    --motion or --repetition-label from repetitions.

    Example: emgkit analyze walk_1.c3d --emg TIBPOST_L --side left --out report
    """
    switches = pairs(switch, "--switch") if switch else None
    opposite = pairs(opposite_switch, "--opposite-switch") if opposite_switch else None
    check_options(side, emg_unit)
    check_out(out)
    from emgkit import analysis, io
    from emgkit.reference import read_reference

    chosen = load_settings(settings)
    timing = None if reference is None else read_reference(reference)
    wire: Side | None = side  # type: ignore[assignment]  # narrowed above, which mypy does not follow
    recording = io.read(
        file,
        emg=emg,
        side=wire,
        switches=switches,
        emg_unit=emg_unit,
        opposite_switches=opposite,
        motion=motion,
        repetition_label=repetition_label,
        neighbours=neighbour or (),
    )
    in_force = of_repetitions(chosen) if repetition_label else chosen
    write(analysis.analyze(recording, in_force, reference=timing), out)


@app.command()
def convert(
    file: RecordingFile,
    target: Annotated[
        Path,
        typer.Argument(
            metavar="TARGET",
            help="The new file: .edf for 16 bits, .bdf for 24 bits.",
            show_default=False,
            parser=path_of,
        ),
    ],
    emg: Wire = None,
    side: WireSide = None,
    switch: Annotated[
        list[str] | None,
        typer.Option(
            "--switch",
            metavar="NAME=LABEL",
            help="A foot switch whose label does not say that it is one, e.g. heel=CH5; once for each.",
        ),
    ] = None,
    emg_unit: EmgUnit = None,
    channel: Annotated[
        list[str] | None,
        typer.Option("--channel", metavar="LABEL", help="This channel instead; once for each."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All analog channels.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace TARGET if it is there.")] = False,
    debug: Debug = False,
) -> None:
    """Hand a recording on as EDF+ or BDF+: the wire, the foot switches of both feet, and all events.

    Counts of an integer C3D are kept, on the same step; what is written of other samples is said. No sample
    is added. Nothing in the new file tells of a person or a date. The source is never changed.

    Example: emgkit convert walk_1.c3d walk_1.edf --emg TIBPOST_L
    """
    switches = pairs(switch, "--switch") if switch else None
    check_options(side, emg_unit)
    if target.suffix.lower() not in (".edf", ".bdf"):
        raise typer.BadParameter("it ends neither in .edf nor in .bdf", param_hint="TARGET")
    if channel and everything:
        raise typer.BadParameter("--all and --channel exclude each other", param_hint="--all")
    refuse_session_folder(target.parent, "TARGET")
    from emgkit.cli.convert import describe_conversion
    from emgkit.io import convert as conversion

    done = conversion.convert(
        file,
        target,
        emg=emg,
        side=side,
        switches=switches,
        emg_unit=emg_unit,
        channels=channel or (),
        everything=everything,
        overwrite=overwrite,
    )
    print(describe_conversion(done))


app.command()(listen)


@app.command()
def report(
    session_folder: Annotated[
        Path,
        typer.Argument(
            metavar="SESSION_FOLDER",
            help="A folder with session.toml and its recordings.",
            show_default=False,
            parser=path_of,
        ),
    ],
    out: Out,
    docx: Annotated[
        Path | None,
        typer.Option(
            "--docx",
            metavar="TEMPLATE",
            help="Also write report.docx through this Word template; see docs/report_generators.md.",
            parser=path_of,
        ),
    ] = None,
    fhir: Annotated[
        bool, typer.Option("--fhir", help="Also write report.fhir.json, a FHIR R4 Bundle with the PDF.")
    ] = False,
    debug: Debug = False,
) -> None:
    """Analyse a whole session: all trials, rest, maximum test, stimulation; leave the report in DIR.

    Example: emgkit report sample_data/tibialis_anterior_walking --out report
    """
    check_out(out)
    from emgkit import io
    from emgkit.cli.clock import of_the_future
    from emgkit.reference import code_remarks
    from emgkit.report.files import FORMATS, prepared
    from emgkit.session import analyze_session

    asked: dict[Format, bool] = {"docx": docx is not None, "fhir": fhir}
    more = [name for name, wanted in asked.items() if wanted]
    prepared(more, docx)  # before the work, not after it

    session = io.load_session(session_folder)
    codes = session.manifest.get("study", {}).get("codes", ())
    warn((*session.notes, *of_the_future(session), *code_remarks(codes)))
    with FileBar(sum(len(paths) for paths in session.paths.values())) as step:
        result = analyze_session(session, progress=step)
    write(result, out, (*FORMATS, *more), docx)


@app.command("docx-template")
def docx_template(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="The new template; it ends in .docx.", show_default=False, parser=path_of
        ),
    ],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace FILE if it is there.")] = False,
    debug: Debug = False,
) -> None:
    """Write a Word template to start from, for 'emgkit report --docx'.

    Example: emgkit docx-template our_report.docx
    """
    if file.suffix.lower() != ".docx":
        raise typer.BadParameter("it does not end in .docx", param_hint="FILE")
    refuse_session_folder(file.parent, "FILE")
    # unlike that of a path, it says no of a name that no file can have; writing says why
    if os.path.exists(file) and not overwrite:
        raise typer.BadParameter("it is there; --overwrite replaces it", param_hint="FILE")
    from emgkit.io.files import write_files
    from emgkit.report.word_template import starter_template

    write_files(file.parent, {file.name: starter_template()})
    print(file)


app.command()(new_session)
app.command()(schema)


@app.command()
def batch(
    root: Annotated[
        Path,
        typer.Argument(
            metavar="ROOT",
            help="A folder with session folders in it, at any depth.",
            show_default=False,
            parser=path_of,
        ),
    ],
    out: Out,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", metavar="N", min=1, help="Sessions at a time; else one for each processor."),
    ] = None,
    dask: Annotated[
        str | None,
        typer.Option(
            "--dask",
            metavar="ADDRESS",
            help="Scheduler of a Dask cluster, such as tcp://10.0.0.1:8786, which sees ROOT and DIR by the "
            "same paths; see docs/batch.md.",
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume/--no-resume", help="Whether to leave as it is what is unchanged.")
    ] = True,
    formats: Annotated[
        str,
        typer.Option(
            "--formats",
            metavar="LIST",
            help="What to write of each session, of tables,json,html,pdf; json always is.",
        ),
    ] = "tables,json,html,pdf",
    time_limit: Annotated[
        float, typer.Option("--time-limit", metavar="S", help="Seconds that one session may take.")
    ] = 1800.0,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="List the sessions and what would be done; write nothing. Exit 1 if one cannot be used, as "
            "far as its manifest and its files show.",
        ),
    ] = False,
    debug: Debug = False,
) -> None:
    """Analyse every session below ROOT; leave DIR/<id>/ for each, and tables over all of them in DIR.

    A session that cannot be used is one with a reason and never ends the batch; exit 1 says that there is
    one. Interrupted, run it again: what is done and unchanged is not done again.

    Example: emgkit batch archive --out results --jobs 4
    """
    from emgkit.cli.batch import checked_formats, checked_limit, perform

    perform(
        root,
        out,
        jobs=jobs,
        dask=dask,
        resume=resume,
        formats=checked_formats(formats),
        time_limit_s=checked_limit(time_limit),
        dry_run=dry_run,
    )


@app.command()
def compare(
    result_a: Annotated[
        Path,
        typer.Argument(
            metavar="RESULT_A",
            help="A result.json, or a folder with one.",
            show_default=False,
            parser=path_of,
        ),
    ],
    result_b: Annotated[
        Path,
        typer.Argument(
            metavar="RESULT_B", help="The other; differences are B - A.", show_default=False, parser=path_of
        ),
    ],
    out: Out,
    labels: Annotated[
        tuple[str, str] | None,
        typer.Option("--labels", metavar="A B", help="What the two are called, such as barefoot brace."),
    ] = None,
    debug: Debug = False,
) -> None:
    """Lay two results of one muscle side by side; leave comparison.csv and comparison.html in DIR.

    Barefoot and brace, before and after: each measure of both with its interval, the difference with its
    interval, and whether it may be made. Timing compares between days, amplitudes only within one insertion
    of the wire. Nothing is tested.

    Example: emgkit compare out/barefoot out/brace --labels barefoot brace --out compared
    """
    if labels and labels[0].strip() == labels[1].strip():
        raise typer.BadParameter("the two have one name", param_hint="--labels")
    check_out(out)
    from emgkit.comparison import compare as side_by_side
    from emgkit.io.files import write_files
    from emgkit.io.result_file import load_result
    from emgkit.report.comparison import render_comparison

    found = side_by_side(load_result(result_a), load_result(result_b), labels)
    for path in write_files(out, render_comparison(found)):
        print(out / path.name)


@app.command()
def collect(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="What 'emgkit batch' wrote.", show_default=False, parser=path_of),
    ],
    parquet: Annotated[bool, typer.Option("--parquet", help="Write Parquet, too.")] = False,
    debug: Debug = False,
) -> None:
    """Rebuild sessions.csv, cycles.csv and bursts.csv of an archive from the result of each session.

    Example: emgkit collect archive --parquet
    """
    refuse_session_folder(folder, "DIR")
    from emgkit.cli.collect import rebuild

    rebuild(folder, parquet=parquet)


@app.command()
def simulate(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new or empty folder.", show_default=False, parser=path_of)
    ],
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help="Which session, of those above.")
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option("--seed", min=0, help="Another one of its kind. The same seed, the same bytes."),
    ] = None,
    debug: Debug = False,
) -> None:
    """Write a simulated session folder with its truth beside it.

    Kinds: tibialis_anterior_walking (the default), vastus_intermedius_after_stroke,
    flexor_carpi_ulnaris_hand_movement.

    Example: emgkit simulate example --kind vastus_intermedius_after_stroke
    """
    from emgkit.simulation import KINDS, write_session

    chosen = kind or next(iter(KINDS))
    if chosen not in KINDS:
        raise typer.BadParameter(f"{kind!r} is none of {', '.join(KINDS)}", param_hint="--kind")
    refuse_session_folder(folder / "..", "DIR")  # one that is a session itself is refused as not empty
    for path in write_session(folder, chosen, seed):
        print(folder / path.name)
