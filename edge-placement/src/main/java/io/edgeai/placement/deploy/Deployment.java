package io.edgeai.placement.deploy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Digest;
import io.edgeai.placement.deploy.site.Release;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What each site shall run, with the models for it. Immutable.
 *
 * @param sites by id of the site
 */
public record Deployment(SortedMap<String, List<Part>> sites) {
    /**
     * One service of a site.
     *
     * @param release what becomes live
     * @param artifact its model
     */
    public record Part(Release release, Artifact artifact) {}

    public Deployment {
        SortedMap<String, List<Part>> copy = new TreeMap<>();
        sites.forEach((site, parts) -> {
            Set<String> services = new HashSet<>();
            for (Part part : parts) {
                if (!services.add(part.release().service())) {
                    throw new InvalidInputException("Site (" + site + ") has two releases of service ("
                            + part.release().service() + ").");
                }
            }
            copy.put(site, List.copyOf(parts));
        });
        sites = Collections.unmodifiableSortedMap(copy);
        if (sites.isEmpty()) {
            throw new InvalidInputException("The deployment has no sites. Maybe the plan places nothing.");
        }
    }

    /**
     * What a plan asks for.
     *
     * @param artifacts finds the model of a variant by its name; called once a variant
     */
    public static Deployment of(List<PlannedService> services, Function<String, Artifact> artifacts) {
        Map<String, Artifact> known = new HashMap<>();
        SortedMap<String, List<Part>> sites = new TreeMap<>();
        for (PlannedService service : services) {
            Artifact artifact = known.computeIfAbsent(service.variant(), artifacts);
            sites.computeIfAbsent(service.site(), site -> new ArrayList<>())
                    .add(new Part(
                            new Release(
                                    service.name(),
                                    service.variant(),
                                    artifact.digest(),
                                    service.replicas(),
                                    service.batch()),
                            artifact));
        }
        return new Deployment(sites);
    }

    /** Says which deployment this is: equal for equal sites and releases. */
    public String id() {
        StringBuilder text = new StringBuilder();
        sites.forEach((site, parts) -> {
            text.append(site).append('\n');
            parts.forEach(part -> text.append(part.release().toJson()).append('\n'));
        });
        return Digest.of(text.toString().getBytes(StandardCharsets.UTF_8)).abbreviated();
    }

    /** Sites in waves, in the order of their ids, by cumulative shares of all sites; each wave has at least one. */
    List<List<String>> waves(List<Double> shares) {
        List<String> ids = List.copyOf(sites.keySet());
        List<List<String>> waves = new ArrayList<>();
        int from = 0;
        for (double share : shares) {
            int to = Math.min(ids.size(), Math.max(from + 1, (int) Math.ceil(share * ids.size() - 1e-9)));
            if (from < to) {
                waves.add(ids.subList(from, to));
                from = to;
            }
        }
        return waves;
    }
}
