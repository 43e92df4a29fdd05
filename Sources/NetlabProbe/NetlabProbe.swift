// NetlabProbe
