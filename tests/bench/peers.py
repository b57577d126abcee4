#!/usr/bin/env python3
"""peers.py BINARY SCHEMAS WORKDIR: the linter beside kubeconform, the two in turn."""
import os, resource, statistics, subprocess, sys, time

binary, schemas, work = sys.argv[1:4]
here = os.path.dirname(os.path.abspath(__file__))
corpus = os.path.join(work, "corpus")
if not os.path.isdir(corpus):
    subprocess.run([sys.executable, os.path.join(here, "gen_corpus.py"), corpus, "--files", "10000"], check=True)

ours = [binary, "lint", "--no-config", "-o", "concise", corpus]
peer = ["kubeconform", "-strict", "-n", "2", "-summary", "-schema-location",
        os.path.join(schemas, "{{ .ResourceKind }}_{{ .ResourceAPIVersion }}.json"), corpus]

def run(command):
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024

run(ours), run(peer)
rows = [(run(ours), run(peer)) for _ in range(9)]
for name, pick in (("kubectl-oci lint", 0), ("kubeconform", 1)):
    wall, cpu, rss = (statistics.median(row[pick][i] for row in rows) for i in range(3))
    print(f"{name:<18} wall {wall * 1000:7.0f} ms   cpu {cpu * 1000:7.0f} ms   peak {rss:6.1f} MB")
ratio = statistics.median(row[1][0] / row[0][0] for row in rows)
print(f"10,000 files, 20,000 documents: {ratio:.1f} times as fast as kubeconform (median of pairs)")
