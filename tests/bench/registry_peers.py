#!/usr/bin/env python3
"""registry_peers.py BINARY FLUX WORKDIR: push and pull beside fluxcd/pkg/oci, in turn.

42 MB in 2,000 files (CORPUS: manifests, words or base64) through Debian's docker-registry, which keeps its data in memory. WORKDIR is on the disk that is
written to; /dev/shm is memory. Each pull writes into a new folder, with nothing left to be written from before. Nothing
is removed in between: ext4 passes over each inode that was freed in the last minute, for every file that it makes.
"""
import base64, os, random, shutil, socket, statistics, subprocess, sys, tempfile, time

binary, flux, work = (os.path.abspath(path) for path in sys.argv[1:4])
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import gen_corpus

ROUNDS = int(os.environ.get("ROUNDS", "9"))


CORPUS = os.environ.get("CORPUS", "manifests")


def manifests(r, words, number):
    """Objects of Flux that repeat themselves, and configuration."""
    parts, size = [], 0
    while size < 21_000:
        text = "".join(gen_corpus.doc(r, number) for _ in range(3))
        text += f"---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c-{number}\ndata:\n"
        for _ in range(20):
            value = " ".join(r.choice(words) for _ in range(r.randint(1, 4)))
            text += f"  {r.choice(words)}.{r.choice(words)}: {value} {r.randint(0, 10**6)}\n"
        parts.append(text)
        size += len(text)
    return "---\n".join(parts)


def only_words(r, words, number):
    text = "data:\n"
    while len(text) < 21_000:
        text += f"  {r.choice(words)}: {r.choice(words)} {r.choice(words)} {r.choice(words)}\n"
    return text


def secrets(r, words, number):
    text = gen_corpus.doc(r, number)
    while len(text) < 21_000:
        text += f"---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: s-{r.random()}\ndata:\n"
        text += "".join(f"  key{k}: {base64.b64encode(r.randbytes(60)).decode()}\n" for k in range(20))
    return text


def corpus(folder):
    content = {"manifests": manifests, "words": only_words, "base64": secrets}[CORPUS]
    r = random.Random(7)
    words = ["".join(r.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(r.randint(3, 10))) for _ in range(4000)]
    for number in range(2000):
        place = os.path.join(folder, f"team-{number % 40}", f"app-{number % 400}")
        os.makedirs(place, exist_ok=True)
        with open(os.path.join(place, f"file-{number}.yaml"), "w") as file:
            file.write(content(r, words, number)[:21_000])


def registry(folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = os.path.join(folder, "config.yml")
    with open(config, "w") as file:
        file.write(f"version: 0.1\nlog: {{level: error, accesslog: {{disabled: true}}}}\n"
                   f"storage: {{filesystem: {{rootdirectory: {folder}/data}}}}\nhttp: {{addr: 127.0.0.1:{port}}}\n")
    process = subprocess.Popen(["docker-registry", "serve", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process, f"127.0.0.1:{port}"
        time.sleep(0.05)
    raise SystemExit("docker-registry does not start")


def run(command):
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)}: {errors.decode()}")
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def in_turn(what, prepare, ours, peer):
    """`prepare` gives what the commands end in."""
    pairs = []
    for number in range(ROUNDS + 1):
        # Who comes first has it harder, or easier: each does half of the time.
        order = [("ours", ours), ("peer", peer)]
        took = {}
        for name, command in order if number % 2 else reversed(order):
            took[name] = run(command + prepare())
        if number > 0:
            pairs.append((took["ours"], took["peer"]))
    for name, pick in (("kubectl-oci", 0), ("fluxcd/pkg/oci", 1)):
        wall, cpu, rss = (statistics.median(pair[pick][of] for pair in pairs) for of in range(3))
        all_of = " ".join(f"{pair[pick][0]:.2f}" for pair in pairs)
        print(f"{what:<15} {name:<15} wall {wall * 1000:6.0f} ms   cpu {cpu * 1000:6.0f} ms   peak {rss:5.1f} MB   {all_of}")
    ratio = statistics.median(peer[0] / ours[0] for ours, peer in pairs)
    print(f"{what}: {ratio:.1f} times as fast (median of pairs)", flush=True)


source = os.path.join(work, f"push-{CORPUS}")
if not os.path.isdir(source):
    corpus(source)
memory = tempfile.mkdtemp(prefix="kubectl-oci-", dir="/dev/shm")
disk = tempfile.mkdtemp(prefix="kubectl-oci-", dir=work)
process, host = registry(memory)
try:
    def forget():
        shutil.rmtree(os.path.join(memory, "data"), ignore_errors=True)
        return []

    in_turn("push", forget, [binary, "push", f"oci://{host}/acme/app:1", "--path", source],
            [flux, "push", source, f"{host}/acme/app:1"])
    forget()
    run([flux, "push", source, f"{host}/acme/app:1"])
    for what, folder in (("pull to disk", disk), ("pull to memory", memory)):
        def new_folder():
            out = tempfile.mkdtemp(dir=folder)
            os.sync()
            return [out]

        in_turn(what, new_folder, [binary, "pull", f"oci://{host}/acme/app:1", "--output"],
                [flux, "pull", f"{host}/acme/app:1"])
finally:
    process.terminate()
    process.wait()
    shutil.rmtree(memory, ignore_errors=True)
    shutil.rmtree(disk, ignore_errors=True)
