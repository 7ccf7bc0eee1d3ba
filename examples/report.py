"""Make the page of a workspace's figures, and print those that a team looks at first.

::

    python examples/report.py exported/8e8185e9 report.html

The folder is one of ``intercom-async export``, finished. Needs
``pip install 'intercom-async[report]'``.
"""

import sys
from pathlib import Path

from intercom_async.report import read_report, render_page


def main(folder: str, page: str) -> None:
    """Write the page of an export, and print some of its figures."""
    report = read_report(folder, zone="Europe/Berlin", office_hours="Mon-Fri 09:00-17:30")
    Path(page).write_text(render_page(report), encoding="utf-8")
    now = report.figures  # of the whole export, since no period was asked for
    if now.new_conversations is not None:
        print("new conversations:", now.new_conversations.count)
    if now.first_response is not None and now.first_response.clock.median is not None:
        print("first response:", round(now.first_response.clock.median / 60), "minutes")
    print("the page:", page)


if __name__ == "__main__":
    main(*sys.argv[1:3])
