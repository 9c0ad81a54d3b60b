/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "hops.h"
#include "json.h"

static const char *const port_keys[] = {"name", "mac", "mtu", NULL};
static const char *const hop_keys[] = {"mac", "src_mac", "src", "mtu", "vlan", "port", NULL};

/* Addresses that are set aside for what has none: RFC 7600 and RFC 6666. */
static void default_source(const struct weir_addr *backend, struct weir_addr *out)
{
	addr_parse(weir_addr_is_v4(backend) ? "192.0.0.8" : "100::1", out);
}

static void default_hop(const struct hops *h, struct model_backend *b)
{
	uint32_t number = b->slot + 1;

	b->hop = (struct weir_table_next_hop){
		.mtu = HOPS_MTU,
		.state = WEIR_HOP_READY,
		.dst_mac = {2, 0, 0, 0, (uint8_t)(number >> 8), (uint8_t)number},
	};
	memcpy(b->hop.src_mac, h->port[0].mac, sizeof(b->hop.src_mac));
	default_source(&b->addr, &b->hop.src);
}

void hops_default(struct hops *h, struct model *m, const uint8_t mac[6])
{
	static const uint8_t zero[6], local[6] = {2};

	h->n_ports = m->conf->dataplane.n_ports;
	for (uint32_t i = 0; i < h->n_ports; i++) {
		h->port[i].mtu = HOPS_MTU;
		memcpy(h->port[i].mac, memcmp(mac, zero, 6) == 0 ? local : mac, 6);
	}
	for (uint32_t slot = 0; slot < WEIR_MAX_BACKENDS; slot++)
		if (m->by_slot[slot] != NULL)
			default_hop(h, m->by_slot[slot]);
}

/* The order is that of the configuration; a name says that it was meant so. */
static int check_name(const struct json_place *p, const struct model *m, uint32_t index)
{
	const char *wanted = m->conf->dataplane.port[index].name, *name = wanted;

	if (json_get_text(p, "name", &name) < 0)
		return -EINVAL;
	if (strcmp(name, wanted) == 0)
		return 0;
	diag_error(p->d, p->file, 0, "%s.name: \"%s\", but the configuration has \"%s\" there",
		p->place, name, wanted);
	return -EINVAL;
}

static int load_port(
	struct hops *h, const struct model *m, uint32_t index, const struct json_place *p)
{
	struct hops_port *port = &h->port[index];

	if (json_check_keys(p, port_keys) != 0 || check_name(p, m, index) != 0 ||
		json_get_mac(p, "mac", port->mac) < 0 ||
		json_get_number(p, "mtu", HOPS_MTU_MIN, HOPS_MTU_MAX, &port->mtu) < 0)
		return -EINVAL;
	return 0;
}

static int load_ports(struct hops *h, const struct model *m, const struct json_place *root)
{
	const json_t *list = json_object_get(root->object, "ports");
	size_t i;
	json_t *one;

	if (list == NULL)
		return 0;
	if (!json_is_array(list) || json_array_size(list) > h->n_ports) {
		diag_error(root->d, root->file, 0,
			"ports: a list of at most %u is expected, as many as the configuration has",
			h->n_ports);
		return -EINVAL;
	}
	json_array_foreach ((json_t *)list, i, one) {
		char place[32];
		struct json_place p = *root;

		snprintf(place, sizeof(place), "ports[%zu]", i);
		p.place = place;
		p.object = one;
		if (load_port(h, m, (uint32_t)i, &p) != 0)
			return -EINVAL;
	}
	return 0;
}

static int read_source(
	const struct json_place *p, const struct weir_addr *to, struct weir_addr *out)
{
	const char *text;
	int rc;

	default_source(to, out);
	rc = json_get_text(p, "src", &text);
	if (rc != 1)
		return rc;
	if (addr_parse(text, out) == 0 && weir_addr_is_v4(out) == weir_addr_is_v4(to))
		return 0;
	diag_error(p->d, p->file, 0, "%s.src: \"%s\" is not an address of the backend's family",
		p->place, text);
	return -EINVAL;
}

static int read_macs(
	const struct hops *h, const struct json_place *p, struct weir_table_next_hop *hop)
{
	int rc = json_get_mac(p, "mac", hop->dst_mac);

	if (rc == 0)
		diag_error(p->d, p->file, 0, "%s.mac: is missing", p->place);
	if (rc != 1)
		return -EINVAL;
	memcpy(hop->src_mac, h->port[hop->port].mac, sizeof(hop->src_mac));
	return json_get_mac(p, "src_mac", hop->src_mac);
}

static int read_hop(const struct hops *h, const struct json_place *p, const struct weir_addr *to,
	struct weir_table_next_hop *out)
{
	uint32_t port = 0, vlan = 0, mtu = HOPS_MTU;
	struct weir_table_next_hop hop = {.state = WEIR_HOP_READY};

	if (json_check_keys(p, hop_keys) != 0 ||
		json_get_number(p, "port", 0, h->n_ports - 1, &port) < 0 ||
		json_get_number(p, "vlan", 0, 4094, &vlan) < 0 ||
		json_get_number(p, "mtu", HOPS_MTU_MIN, UINT16_MAX, &mtu) < 0)
		return -EINVAL;
	hop.port = (uint16_t)port;
	hop.vlan = (uint16_t)vlan;
	hop.mtu = (uint16_t)mtu;
	if (read_macs(h, p, &hop) < 0 || read_source(p, to, &hop.src) < 0)
		return -EINVAL;
	*out = hop;
	return 0;
}

/* Several backends may have one address; a file may speak of more machines than one configuration. */
static int load_hop(const struct hops *h, struct model *m, const struct json_place *p)
{
	struct weir_table_next_hop hop;
	struct weir_addr to;

	if (addr_parse(p->place, &to) != 0) {
		diag_error(p->d, p->file, 0,
			"\"%s\" is neither the address of a backend nor \"ports\"", p->place);
		return -EINVAL;
	}
	if (read_hop(h, p, &to, &hop) != 0)
		return -EINVAL;
	for (uint32_t slot = 0; slot < WEIR_MAX_BACKENDS; slot++)
		if (m->by_slot[slot] != NULL &&
			memcmp(&m->by_slot[slot]->addr, &to, sizeof(to)) == 0)
			m->by_slot[slot]->hop = hop;
	return 0;
}

static int load_hops(const struct hops *h, struct model *m, const struct json_place *root)
{
	struct json_place p = *root;
	const char *key;
	json_t *value;

	for (uint32_t slot = 0; slot < WEIR_MAX_BACKENDS; slot++)
		if (m->by_slot[slot] != NULL)
			m->by_slot[slot]->hop = (struct weir_table_next_hop){0};
	json_object_foreach ((json_t *)root->object, key, value) {
		if (strcmp(key, "ports") == 0)
			continue;
		p.place = key;
		p.object = value;
		if (load_hop(h, m, &p) != 0)
			return -EINVAL;
	}
	return 0;
}

int hops_load(struct hops *h, struct model *m, const char *file, struct weir_diag *d)
{
	json_t *root = json_read(file, d);
	const struct json_place p = {.file = file, .place = "the file", .object = root, .d = d};
	int rc = -EINVAL;

	if (root == NULL)
		return rc;
	if (!json_is_object(root))
		diag_error(d, file, 0, "an object is expected: {\"BACKEND ADDRESS\": {...}, ...}");
	else if (load_ports(h, m, &p) == 0)
		rc = load_hops(h, m, &p);
	json_decref(root);
	return rc;
}
