# SPDX-License-Identifier: BSD-3-Clause
# Huge pages of 2 MB, and the number that was there before. Read by scripts/lab.
# shellcheck shell=bash disable=SC2154

readonly HUGE=/sys/kernel/mm/hugepages/hugepages-2048kB

# Make at least so many megabytes free.
hugepages_reserve() {
	local want free total
	[[ $1 =~ ^[0-9]+$ ]] || die "hugepages-reserve takes a number of megabytes, not '$1'"
	want=$((($1 + 1) / 2))
	free=$(cat $HUGE/free_hugepages)
	total=$(cat $HUGE/nr_hugepages)
	[ "$free" -lt "$want" ] || return 0
	mkdir -p "$RUN"
	[ -e "$RUN/hugepages.before" ] || echo "$total" >"$RUN/hugepages.before"
	echo $((total + want - free)) >$HUGE/nr_hugepages
	free=$(cat $HUGE/free_hugepages)
	[ "$free" -ge "$want" ] || die "asked for $want huge pages of 2 MB, the kernel found $free: memory" \
		"is short or fragmented (echo 1 > /proc/sys/vm/compact_memory may help)"
}

hugepages_restore() {
	[ -e "$RUN/hugepages.before" ] || return 0
	cat "$RUN/hugepages.before" >$HUGE/nr_hugepages
	rm -f "$RUN/hugepages.before"
}

hugepages_status() {
	echo "huge pages of 2 MB: $(cat $HUGE/nr_hugepages), $(cat $HUGE/free_hugepages) free"
}
