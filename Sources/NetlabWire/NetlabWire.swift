// NetlabWire
