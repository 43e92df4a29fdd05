// NetlabTraffic
