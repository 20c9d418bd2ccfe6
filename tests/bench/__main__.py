"""`make bench`: runs every bench_*.py here and writes bench.json; only ratios within one run are worth quoting."""

from __future__ import annotations

import argparse
import importlib
import json
import os
from pathlib import Path

from tests import services

FOLDER = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these, e.g. bench_feel")
    names = parser.parse_args().names or sorted(path.stem for path in FOLDER.glob("bench_*.py"))
    figures: list[dict[str, object]] = []
    with services.postgres(durable=True) as database:
        os.environ["BENCH_DATABASE_URL"] = database
        for name in names:
            for figure in importlib.import_module(f"tests.bench.{name}").run():
                figures.append(figure)
                ratio = "" if figure.get("ratio") is None else f"  ratio {figure['ratio']:.2f}"
                line = f"{figure['name']}: {figure['value']} {figure['unit']}"
                print(f"{line}{ratio}  (against {figure.get('against')}, aim {figure.get('aim')})", flush=True)
    (FOLDER.parent.parent / "bench.json").write_text(
        json.dumps(figures, indent=1, ensure_ascii=False), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
