package io.edgeai.placement.model;

import io.edgeai.core.error.InvalidInputException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * All sites and how they are reached.
 *
 * @param sites sorted by id, which is also the order in which ties are broken
 * @param network links between origins and sites
 */
public record Topology(List<Site> sites, Network network) {
    public Topology {
        sites = sites.stream().sorted(Comparator.comparing(Site::id)).toList();
        Set<String> ids = new HashSet<>();
        for (Site site : sites) {
            if (!ids.add(site.id())) {
                throw new InvalidInputException("Two sites have the id (" + site.id() + ").");
            }
        }
        network = network.knowing(sites);
    }

    /** Sites whose links are estimated from coordinates. */
    public static Topology of(Collection<Site> sites) {
        return new Topology(List.copyOf(sites), Network.ofCoordinates());
    }

    public static Topology of(Collection<Site> sites, Network network) {
        return new Topology(List.copyOf(sites), network);
    }
}
