"""Speed, memory and size of Cewen and its rivals, interleaved in one run and printed as ratios: `python -m eval.bench`.

Absolute numbers move with the machine and its load; a ratio of two things measured in turns moves little.  Every
measurement is a process of its own, so that none inherits another's imports, caches or memory."""
