extension ExplanationTables {
    /// /proc/net/stat/arp_cache and ndisc_cache.
    static let neighbourCache = """
        entries: Neighbours in the table now, of all namespaces together.
          with: neigh:REACHABLE
          at: net/core/neighbour.c: neigh_alloc
        allocs: Neighbours that were entered into the table.
          at: net/core/neighbour.c: neigh_alloc
        destroys: Neighbours that were removed from the table and freed.
          at: net/core/neighbour.c: neigh_destroy
        hash_grows: Times the table was made larger.
          at: net/core/neighbour.c: neigh_hash_grow
        lookups: Searches for a neighbour in the table.
          at: net/core/neighbour.c: neigh_lookup
        hits: Searches that found the neighbour.
          with: lookups
          at: net/core/neighbour.c: neigh_lookup
        res_failed: Neighbours given up after all questions for their link-layer address went unanswered.
          with: unresolved_discards, neigh:FAILED, drop:NEIGH_FAILED
          at: net/core/neighbour.c: neigh_invalidate
        rcv_probes_mcast: Questions by multicast for an address of ours. Only IPv6 counts it.
        rcv_probes_ucast: Questions to us alone for an address of ours. Only IPv6 counts it.
        periodic_gc_runs: Regular clean-ups of the table; they happen without traffic, too.
          at: net/core/neighbour.c: neigh_periodic_work
        forced_gc_runs: Clean-ups forced since the table was nearly full (gc_thresh2, gc_thresh3).
          with: table_fulls
          at: net/core/neighbour.c: neigh_forced_gc
        unresolved_discards: Packets dropped since too many were waiting for their neighbour's address
            (unres_qlen_bytes).
          with: res_failed, drop:NEIGH_QUEUEFULL
          at: net/core/neighbour.c: __neigh_event_send
        table_fulls: Neighbours that found no place as the table was full (gc_thresh3).
          with: drop:NEIGH_CREATEFAIL, log:neighbour-table-overflow
          at: net/core/neighbour.c: neigh_alloc
        """

    /// States of neighbours.
    static let neighbour = """
        INCOMPLETE: Neighbours whose link-layer address was asked for and that have not answered yet.
        REACHABLE: Neighbours whose address is known and was confirmed a short while ago.
        STALE: Neighbours whose address is known but was not confirmed lately; it is still used.
        DELAY: Neighbours to which a packet was just sent with an old address; a question follows if nothing
            comes back.
        PROBE: Neighbours that are being asked whether their old address still holds.
        FAILED: Neighbours that did not answer. Packets to them are dropped, and programs see "No route to
            host".
          with: drop:NEIGH_FAILED, arp_cache:res_failed
        PERMANENT: Neighbours whose address was set by hand.
        """

    /// /proc/net/stat/rt_cache.
    static let routeCache = """
        entries: Routes in use by packets and connections now.
          at: net/ipv4/route.c: dst_alloc
        in_hit: Stays at 0 since the route cache was removed.
        in_slow_tot: Routes worked out for arriving packets.
          at: net/ipv4/route.c: ip_mc_validate, ip_route_input_slow, __mkroute_input
        in_slow_mc: Routes worked out for arriving multicast packets.
          at: net/ipv4/route.c: ip_route_input_mc
        in_no_route: Arriving packets for which there is no route.
          with: IpExt.InNoRoutes
          at: net/ipv4/route.c: ip_route_input_slow
        in_brd: Routes worked out for arriving broadcasts.
          at: net/ipv4/route.c: ip_route_input_slow
        in_martian_dst: Arriving packets with a destination that cannot be.
          with: drop:IP_INVALID_DEST
          at: net/ipv4/route.c: ip_route_input_slow
        in_martian_src: Arriving packets with a source that cannot be, or that fails the reverse path
            filter.
          with: TcpExt.IPReversePathFilter, log:martian-source
          at: net/ipv4/route.c: ip_handle_martian_source
        out_hit: Stays at 0 since the route cache was removed.
        out_slow_tot: Routes worked out for packets to be sent.
          at: net/ipv4/route.c: __mkroute_output
        out_slow_mc: Routes worked out for multicast packets to be sent.
          at: net/ipv4/route.c: __mkroute_output
        gc_total: Stays at 0 since the route cache was removed.
        gc_ignored: Stays at 0 since the route cache was removed.
        gc_goal_miss: Stays at 0 since the route cache was removed.
        gc_dst_overflow: Stays at 0 since the route cache was removed.
        in_hlist_search: Stays at 0 since the route cache was removed.
        out_hlist_search: Stays at 0 since the route cache was removed.
        """
}
