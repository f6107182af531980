package io.edgeai.placement.model;

import java.util.Optional;

/**
 * Where requests come from.
 *
 * @param name as the network's matrix names it, or the id of the site where requests come from
 * @param share its part of the workload's rate, relative to the other origins'; above 0
 * @param coordinates where it is, for networks that estimate from distance
 */
public record Origin(String name, double share, Optional<Coordinates> coordinates) {
    public Origin {
        Require.text("Origin", name);
        Require.positive("Share of origin (" + name + ")", share);
    }

    public static Origin of(String name) {
        return new Origin(name, 1, Optional.empty());
    }

    public static Origin of(String name, double share) {
        return new Origin(name, share, Optional.empty());
    }

    public static Origin at(String name, double share, double latitude, double longitude) {
        return new Origin(name, share, Optional.of(new Coordinates(latitude, longitude)));
    }
}
