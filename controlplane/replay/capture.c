/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "capture.h"
#include "numbers.h"

#define SNAPLEN	   262144
#define PACKET_MAX 65535u

int capture_open(struct capture_in *in, const char *file, struct weir_diag *d)
{
	char why[PCAP_ERRBUF_SIZE] = "";

	*in = (struct capture_in){.file = file};
	in->pcap = pcap_open_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, why);
	if (in->pcap == NULL) {
		diag_error(d, file, 0, "cannot be read as a capture: %s", why);
		return -EINVAL;
	}
	if (pcap_datalink(in->pcap) == DLT_EN10MB)
		return 0;
	diag_error(d, file, 0,
		"link type %s: only Ethernet can be replayed; capture on an Ethernet interface, "
		"not on `any`",
		pcap_datalink_val_to_name(pcap_datalink(in->pcap)) ?: "unknown");
	capture_close(in);
	return -EINVAL;
}

void capture_close(struct capture_in *in)
{
	if (in->pcap != NULL)
		pcap_close(in->pcap);
	in->pcap = NULL;
}

static int check(const struct capture_in *in, const struct pcap_pkthdr *h, struct weir_diag *d)
{
	if (h->caplen != h->len)
		diag_error(d, in->file, 0,
			"packet %" PRIu64 " is cut: %u of %u bytes; capture whole packets "
			"(tcpdump -s 0)",
			in->n, h->caplen, h->len);
	else if (h->len > PACKET_MAX)
		diag_error(d, in->file, 0, "packet %" PRIu64 " has %u bytes, allowed 0..%u", in->n,
			h->len, PACKET_MAX);
	else if (h->ts.tv_sec < 0 || (uint64_t)h->ts.tv_sec > NUMBERS_MAX_S)
		diag_error(d, in->file, 0,
			"packet %" PRIu64 " has a time stamp outside the years 1970 to 2106",
			in->n);
	else
		return 0;
	return -EINVAL;
}

int capture_peek(struct capture_in *in, const struct capture_packet **p, struct weir_diag *d)
{
	struct pcap_pkthdr *h;
	const u_char *data;
	int rc;

	*p = &in->packet;
	if (in->is_waiting)
		return 1;
	rc = pcap_next_ex(in->pcap, &h, &data);
	if (rc == PCAP_ERROR_BREAK)
		return 0;
	if (rc != 1) {
		diag_error(d, in->file, 0, "packet %" PRIu64 " cannot be read: %s", in->n,
			pcap_geterr(in->pcap));
		return -EINVAL;
	}
	if (check(in, h, d) != 0)
		return -EINVAL;
	in->packet = (struct capture_packet){
		.ns = (uint64_t)h->ts.tv_sec * NUMBERS_S_NS + (uint64_t)h->ts.tv_usec,
		.len = h->len,
		.data = data,
	};
	in->is_waiting = 1;
	return 1;
}

void capture_take(struct capture_in *in)
{
	in->is_waiting = 0;
	in->n++;
}

int capture_first_mac(const char *file, uint8_t mac[6], struct weir_diag *d)
{
	const struct capture_packet *p;
	struct capture_in in;
	int rc = capture_open(&in, file, d);

	memset(mac, 0, 6);
	if (rc != 0)
		return rc;
	while ((rc = capture_peek(&in, &p, d)) == 1) {
		if (p->len >= 14 && (p->data[0] & 1) == 0) {
			memcpy(mac, p->data, 6);
			break;
		}
		capture_take(&in);
	}
	capture_close(&in);
	return rc < 0 ? rc : 0;
}

int capture_create(struct capture_out *out, const char *file, struct weir_diag *d)
{
	*out = (struct capture_out){
		.pcap = pcap_open_dead_with_tstamp_precision(
			DLT_EN10MB, SNAPLEN, PCAP_TSTAMP_PRECISION_NANO),
	};
	if (out->pcap == NULL)
		return -ENOMEM;
	out->dump = pcap_dump_open(out->pcap, file);
	if (out->dump != NULL)
		return 0;
	diag_error(d, file, 0, "cannot be written: %s", pcap_geterr(out->pcap));
	pcap_close(out->pcap);
	return -EIO;
}

uint64_t capture_write(struct capture_out *out, uint64_t ns, const void *frame, uint32_t len)
{
	const struct pcap_pkthdr h = {
		.ts.tv_sec = (time_t)(ns / NUMBERS_S_NS),
		.ts.tv_usec =
			(suseconds_t)(ns % NUMBERS_S_NS), // of nanoseconds, see capture_create()
		.caplen = len,
		.len = len,
	};

	pcap_dump((u_char *)out->dump, &h, frame);
	return out->n++;
}

int capture_finish(struct capture_out *out)
{
	int rc = pcap_dump_flush(out->dump) != 0 || ferror(pcap_dump_file(out->dump)) ? -EIO : 0;

	pcap_dump_close(out->dump);
	pcap_close(out->pcap);
	return rc;
}
