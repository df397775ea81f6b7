# SPDX-License-Identifier: Apache-2.0
"""Where data goes: files, pipes, devices; full disks and readers that left."""
import os
import pty
import random
import re
import select
import signal
import subprocess
import threading
import time

import pytest


def program(tok):
    return tok.run.__func__.__globals__["TOK"]


def shell(tok, script, **more):
    script = re.sub(r"\btok (?=encode|decode|info)", f"{program(tok)} ", script)
    return subprocess.run(["bash", "-c", script], cwd=tok.folder, capture_output=True,
                          timeout=120, **more)


def test_output_to_a_file(tok):
    plain = tok.out("encode", "corpus.txt")
    assert tok.out("encode", "corpus.txt", "-o", "out.ids") == b""
    assert (tok / "out.ids").read_bytes() == plain
    assert sorted(os.listdir(tok.folder)) == ["corpus.txt", "model.tok", "out.ids"]


def test_an_existing_output_is_kept(tok):
    tok.write("out.ids", "precious")
    assert "out.ids" in tok.refuses("encode", "corpus.txt", "-o", "out.ids")
    assert (tok / "out.ids").read_bytes() == b"precious"
    tok.run("encode", "corpus.txt", "-o", "out.ids", "-f")
    assert (tok / "out.ids").read_bytes() == tok.out("encode", "corpus.txt")


def test_a_failed_run_keeps_the_old_output(tok):
    tok.write("out", "precious")
    tok.refuses("decode", "-o", "out", "-f", "-q", stdin="65 x\n")
    assert (tok / "out").read_bytes() == b"precious"
    assert sorted(os.listdir(tok.folder)) == ["corpus.txt", "model.tok", "out"]


def test_a_device_is_written_to_directly(tok):
    tok.run("encode", "corpus.txt", "-o", "/dev/null")
    tok.run("encode", "corpus.txt", "-o", "/dev/null")


def test_a_named_pipe_is_written_to_directly(tok):
    os.mkfifo(tok / "fifo")
    got = []
    reader = threading.Thread(target=lambda: got.append((tok / "fifo").read_bytes()), daemon=True)
    reader.start()
    tok.run("encode", "corpus.txt", "-o", "fifo")
    reader.join(60)
    assert got[0] == tok.out("encode", "corpus.txt")
    assert not (tok / "fifo").is_file()


def test_output_into_a_missing_directory(tok):
    assert "no/out" in tok.refuses("encode", "corpus.txt", "-o", "no/out")


full = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")


@full
@pytest.mark.parametrize("args", [
    ["encode", "corpus.txt", "-q"], ["decode", "-q", "ids"], ["info", "corpus.txt"],
    ["info", "--pieces", "model.tok"], ["verify", "model.tok"], ["help"], ["--version"],
    ["help", "--man"], ["cat", "shards"],
])
def test_a_full_disk_is_a_failure(tok, args):
    tok.write("ids", tok.out("encode", "corpus.txt"))
    if args[0] == "cat":
        tok.run("pack", "corpus.txt", "-o", "shards", "-q")
    with open("/dev/full", "wb") as device:
        said = tok.run(*args, stdout=device, code=1).said
    assert said.startswith("tok: cannot write standard output")


@full
def test_a_full_device_as_output_file(tok):
    assert "/dev/full" in tok.refuses("encode", "corpus.txt", "-o", "/dev/full", "-q")


@pytest.mark.parametrize("command", ["--version", "help", "help --man"])
def test_an_answer_that_nobody_reads(tok, command):
    done = shell(tok, f"(sleep 0.3; {program(tok)} {command}; echo $? >&2) | true")
    assert done.stderr == b"0\n"


@pytest.mark.parametrize("command", ["encode", "pack"])
def test_too_little_room_is_seen_before_the_work(tok, command):
    size = 15 << 40  # of a file with nothing in it
    if os.statvfs(tok.folder).f_bavail * os.statvfs(tok.folder).f_frsize >= size // 8:
        pytest.skip("the disk has room for everything")
    try:
        with open(tok / "huge.txt", "wb") as huge:
            huge.truncate(size)
    except OSError:
        pytest.skip("no file can be as large here")
    said = tok.refuses(command, "huge.txt", "-o", "out", "-q")
    assert "are needed" in said and "out" in said
    assert not (tok / "out").exists()


@pytest.mark.parametrize("script", [
    "tok encode big.txt | head -1 > got; echo ${PIPESTATUS[0]}",
    "tok encode big.txt --format pieces | head -c 5 > got; echo ${PIPESTATUS[0]}",
    "tok encode big.txt -q | tok decode | head -1 > got; echo ${PIPESTATUS[1]}",
    "tok info --pieces model.tok | true; echo ${PIPESTATUS[0]}",
    "tok encode big.txt -o >(head -1 > got); echo $?",
])
def test_a_reader_that_left_is_a_quiet_end(tok, corpus, script):
    tok.write("big.txt", corpus * 20)
    done = shell(tok, script)
    assert done.stdout.strip() == b"0"
    assert b"tok: " not in done.stderr


def test_sigpipe_ignored_or_not_makes_no_difference(tok, corpus):
    tok.write("big.txt", corpus * 20)
    done = shell(tok, "trap '' PIPE; tok encode big.txt | head -1; exit ${PIPESTATUS[0]}")
    assert done.returncode == 0 and done.stdout.count(b"\n") == 1


def test_a_line_in_is_a_line_out(tok):
    """The latency of a pipe is a line: an answer comes before the end."""
    with subprocess.Popen([program(tok), "encode", "-q"], cwd=tok.folder, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as run:
        for text in (b"hello\n", b"again\n"):
            run.stdin.write(text)
            run.stdin.flush()
            ready, _, _ = select.select([run.stdout], [], [], 60)
            assert ready, "no answer while the pipe is open"
            assert run.stdout.readline().strip()
        run.stdin.close()
        assert run.wait(60) == 0


def test_a_line_in_is_a_line_out_of_decode(tok):
    ids = tok.out("encode", stdin="hello\n")
    with subprocess.Popen([program(tok), "decode", "-q"], cwd=tok.folder, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as run:
        run.stdin.write(ids)
        run.stdin.flush()
        ready, _, _ = select.select([run.stdout], [], [], 60)
        assert ready and run.stdout.readline() == b"hello\n"
        run.stdin.close()
        assert run.wait(60) == 0


def on_terminal(tok, *args, feed=b"", wait=0.0):
    """What a run says to a terminal; its input comes in two halves."""
    outer, inner = pty.openpty()
    run = subprocess.Popen([program(tok), *args], cwd=tok.folder, stdin=subprocess.PIPE,
                           stdout=subprocess.DEVNULL, stderr=inner)
    os.close(inner)
    run.stdin.write(feed)
    run.stdin.flush()
    time.sleep(wait)
    run.stdin.write(feed)
    run.stdin.close()
    said = b""
    while True:
        try:
            part = os.read(outer, 65536)
        except OSError:
            break
        if not part:
            break
        said += part
    os.close(outer)
    assert run.wait(60) == 0
    return said


def test_progress_only_on_a_terminal_after_a_second(tok, corpus):
    said = on_terminal(tok, "encode", feed=corpus, wait=1.3)
    assert b"MB/s" in said and b"\r" in said
    assert b"\x1b[K" not in on_terminal(tok, "encode", feed=corpus)
    assert on_terminal(tok, "encode", "-q", feed=corpus, wait=1.3) == b""


def test_decode_says_its_speed(tok, corpus):
    said = on_terminal(tok, "decode", feed=tok.out("encode", "corpus.txt"), wait=1.3)
    assert b" MB/s" in said and b" Mtok/s" in said


def test_no_progress_in_a_file(tok, corpus):
    assert b"\r" not in tok.run("encode", "corpus.txt").stderr


def test_a_file_over_the_limit_is_a_failure_and_leaves_nothing(tok):
    done = shell(tok, "ulimit -f 1; tok encode corpus.txt -q -o out")
    assert done.returncode == 1 and b"out" in done.stderr
    assert not [name for name in os.listdir(tok.folder) if "out" in name]


def asked_to_stop(tok, signum, *args, feed=b""):
    """The exit code of a run that gets a signal while it waits for more input."""
    def heed():
        """A shell lets what runs in the background ignore SIGINT, nohup SIGHUP."""
        if signum != signal.SIGKILL:
            signal.signal(signum, signal.SIG_DFL)
    with tok.start(*args, "-q", stdout=subprocess.DEVNULL, preexec_fn=heed) as run:
        run.stdin.write(feed)
        run.stdin.flush()
        time.sleep(0.5)
        run.send_signal(signum)
        code = run.wait(60)
        run.stdin.close()
    return code


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("command", ["encode", "decode", "pack"])
def test_stopped_by_a_signal_leaves_nothing_behind(tok, corpus, command, signum):
    feed = tok.out("encode", "corpus.txt") if command == "decode" else corpus
    inputs = ["-"] if command == "pack" else []
    before = sorted(os.listdir(tok.folder))
    assert asked_to_stop(tok, signum, command, *inputs, "-o", "out", feed=feed) == -signum
    assert sorted(os.listdir(tok.folder)) == before


def test_stopped_before_the_end_publishes_no_shard(tok):
    """The shards that were finished go too."""
    lines = os.urandom(1 << 20).hex().encode() + b"\n"
    code = asked_to_stop(tok, signal.SIGTERM, "pack", "-", "-o", "out", "--shard-size", "65536",
                         feed=lines * 4)
    assert code == -signal.SIGTERM
    assert not (tok / "out").exists()


@pytest.fixture
def packed(tok):
    """What is in "out": two data sets, and a file that is none of theirs."""
    tok.run("pack", "corpus.txt", "-o", "out", "--val", 0.3, "-q")
    tok.write("out/notes", "mine")
    return tok.content("out")


AGAIN = ["pack", "-o", "out", "--shard-size", "65536", "-f"]
LONG = random.Random(1).randbytes(1 << 20).hex().encode() + b"\n"


def pack_after_that(tok, packed):
    """The set is the old one still, and what a run left is no hindrance."""
    assert {name: data for name, data in tok.content("out").items()
            if "unfinished" not in name} == packed
    tok.run("verify", "out", "-q")
    tok.run(*AGAIN, "corpus.txt", "--val", 0.3, "-q")
    assert tok.content("out").keys() == packed.keys()
    assert not (tok / "out/unfinished").exists()


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_run_keeps_the_old_data_sets(tok, packed, signum):
    assert asked_to_stop(tok, signum, *AGAIN, "-", "--val", 0.5, feed=LONG * 4) == -signum
    assert (tok / "out/unfinished").exists() == (signum == signal.SIGKILL)
    pack_after_that(tok, packed)


def test_a_run_that_fails_at_its_end_keeps_the_old_data_sets(tok, packed):
    tok.write("bad.jsonl", b'{"text": "%s"}\n' % LONG.strip() * 4 + b"nonsense\n")
    said = tok.refuses(*AGAIN, "bad.jsonl", "--jsonl", "text", "--val", 0.5, "-q")
    assert "line 5" in said
    assert not (tok / "out/unfinished").exists()
    pack_after_that(tok, packed)


def test_a_full_disk_keeps_the_old_data_sets(tok, packed):
    """As if: that of val is finished when the one shard of main has no room."""
    tok.write("long.txt", LONG)
    done = shell(tok, f"ulimit -f 100; {program(tok)} pack corpus.txt long.txt -o out -f "
                      "--val 0.1 -q")
    assert done.returncode == 1 and b"out/unfinished/shard.00000" in done.stderr
    pack_after_that(tok, packed)


def test_a_killed_run_is_replaced_only_if_asked(tok):
    assert asked_to_stop(tok, signal.SIGKILL, "pack", "-", "-o", "out", feed=LONG) < 0
    assert "-f" in tok.refuses("pack", "corpus.txt", "-o", "out", "-q")
    tok.run("pack", "corpus.txt", "-o", "out", "-f", "-q")
    assert "unfinished" not in os.listdir(tok / "out")


def test_an_ignored_signal_stays_ignored(tok):
    done = shell(tok, "trap '' HUP; (sleep 0.5; echo hello) | tok encode -o out & sleep 0.2;"
                      "kill -HUP $!; wait $!")
    assert done.returncode == 0 and (tok / "out").read_bytes().count(b"\n") == 1
