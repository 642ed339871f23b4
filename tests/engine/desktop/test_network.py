from __future__ import annotations

from pathlib import Path

from kata_desktop.desktop.network import NetworkWatch, network_present

HEADING = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
ETHERNET = "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
LOOPBACK_V6 = f"{'0' * 31}1 80 {'0' * 32} 00 {'0' * 32} 00000000 00000002 00000000 80200001       lo\n"
LINK_LOCAL_V6 = f"fe80{'0' * 28} 40 {'0' * 32} 00 {'0' * 32} 00000100 00000002 00000000 00000001     eth0\n"
GLOBAL_V6 = f"{'0' * 32} 00 {'0' * 32} 00 fd{'0' * 29}1 00000400 00000002 00000000 00000003     wlan0\n"
REJECT_V6 = f"{'0' * 32} 00 {'0' * 32} 00 {'0' * 32} ffffffff 00000001 00000000 00200201     eth0\n"


def tables(folder: Path, route: str, route6: str) -> Path:
    (folder / "route").write_text(route)
    (folder / "ipv6_route").write_text(route6)
    return folder


def test_a_route_out_of_the_computer_means_there_is_a_network(tmp_path: Path) -> None:
    assert network_present(tables(tmp_path, HEADING + ETHERNET, LOOPBACK_V6))
    assert network_present(tables(tmp_path, HEADING, LINK_LOCAL_V6 + GLOBAL_V6))


def test_loopback_link_local_and_refusing_routes_lead_nowhere(tmp_path: Path) -> None:
    assert not network_present(tables(tmp_path, HEADING, LOOPBACK_V6 + LINK_LOCAL_V6 + REJECT_V6))
    assert not network_present(tmp_path / "missing")


def test_a_change_is_told_once(tmp_path: Path) -> None:
    tables(tmp_path, HEADING + ETHERNET, "")
    watch = NetworkWatch(lambda: network_present(tmp_path))
    assert watch.online
    assert watch.check() is None
    tables(tmp_path, HEADING, "")
    assert (gone := watch.check()) is not None
    assert not gone.online
    assert watch.check() is None
