// SPDX-License-Identifier: BSD-3-Clause
/* Services: their fields, and their order. */
#include "table_edit.h"
#include "unit.h"

START_TEST(impossible_service_is_refused)
{
	static const struct table_edit rows[] = {
		{"port 0", AT(service[0].port), 0, R(service_field), 0},
		{"range upside down", AT(service[1].port_last), 7999, R(service_field), 1},
		{"range of all that is left", AT(service[1].port_last), 65535, GOOD, 0},
		{"protocol ICMP", AT(service[0].proto), 1, R(service_field), 0},
		{"forward unknown", AT(service[2].forward), WEIR_FWD__COUNT, R(service_field), 2},
		{"tracking exceptions", AT(service[3].tracking), WEIR_TRACK_EXCEPTIONS,
			R(service_field), 3},
		{"tracking unknown", AT(service[3].tracking), 255, R(service_field), 3},
		{"unknown flag", AT(service[3].flags), WEIR_SVC__FLAGS + 1, R(service_field), 3},
		{"pad", AT(service[3].pad), 1, R(service_field), 3},
		{"pool", AT(service[3].pool), BLOB_POOLS, R(service_field), 3},
		{"slot out of range", AT(service[3].slot), WEIR_MAX_SERVICES, R(service_field), 3},
		{"slot, the last one", AT(service[3].slot), WEIR_MAX_SERVICES - 1, GOOD, 0},
		{"slot of another", AT(service[3].slot), 7, R(service_field), 3},
		{"idle 0", AT(service[1].idle_s), 0, R(service_field), 1},
		{"idle 30 days", AT(service[1].idle_s), 30 * 86400, GOOD, 0},
		{"idle 30 days and a second", AT(service[1].idle_s), 30 * 86400 + 1,
			R(service_field), 1},
	};

	table_edit_check(rows, N(rows));
}
END_TEST

START_TEST(services_out_of_order_or_overlapping_are_refused)
{
	static const struct table_edit rows[] = {
		{"the same port", AT(service[1].port), 80, R(service_twice), 1},
		{"begins inside the range before", AT(service[0].port_last), 8000, R(service_twice),
			1},
		{"ends right before", AT(service[0].port_last), 7999, GOOD, 0},
		{"port falls", AT(service[1].port), 79, R(service_order), 1},
		{"protocol falls", AT(service[1].proto), 17, R(service_order), 2},
		{"another protocol, the same port", AT(service[2].port_last), 8005, GOOD, 0},
	};

	table_edit_check(rows, N(rows));
}
END_TEST

START_TEST(vip_falling_is_refused)
{
	struct blob b;

	blob_make(&b);
	b.service[1].vip = blob_addr("192.0.2.9");
	blob_seal(&b);
	table_edit_expect("VIP falls", table_edit_copy(&b, sizeof(b), 0), R(service_order), 1);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *s = suite_create("table_check_services");

	unit_case(s, impossible_service_is_refused, 4);
	unit_case(s, services_out_of_order_or_overlapping_are_refused, 4);
	unit_case(s, vip_falling_is_refused, 4);
	return s;
}
