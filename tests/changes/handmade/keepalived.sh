# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A pair of directors as they were set up by hand, years ago. $1 is the state, $2 the priority.
cat >/etc/keepalived/keepalived.conf <<CONF
! directors of the shop - ask before you change anything
global_defs {
    router_id $(hostname)
}
vrrp_instance VI_1 {
    state $1
    interface eth1
    virtual_router_id 61
    priority $2
    advert_int 1
    authentication {
        auth_type PASS
        auth_pass 0ld-Pass
    }
    virtual_ipaddress {
        192.0.2.198/24 dev eth1 label eth1:1
    }
}
vrrp_instance VI_6 {
    state $1
    interface eth1
    virtual_router_id 62
    priority $2
    advert_int 1
    virtual_ipaddress {
        2001:db8:2::198/128 dev eth1
    }
}
virtual_server 192.0.2.198 80 {
    delay_loop 5
    lb_algo wrr
    lb_kind DR
    protocol TCP
    real_server 192.0.2.21 80 {
        weight 3
        HTTP_GET {
            url {
                path /
                status_code 200
            }
            connect_timeout 10
            nb_get_retry 3
            delay_before_retry 1
        }
    }
    real_server 192.0.2.22 80 {
        weight 1
        TCP_CHECK {
            retry 3
            connect_timeout 10
        }
    }
}
virtual_server 192.0.2.198 53 {
    delay_loop 5
    lb_algo rr
    lb_kind DR
    protocol UDP
    real_server 192.0.2.21 53 { weight 1 }
    real_server 192.0.2.22 53 { weight 1 }
}
virtual_server 2001:db8:2::198 80 {
    delay_loop 5
    lb_algo wlc
    lb_kind DR
    protocol TCP
    real_server 2001:db8:2::21 80 {
        weight 1
        TCP_CHECK {
            retry 3
            connect_timeout 10
        }
    }
    real_server 2001:db8:2::22 80 {
        weight 1
        TCP_CHECK {
            retry 3
            connect_timeout 10
        }
    }
}
CONF
systemctl enable --now keepalived.service
