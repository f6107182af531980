package io.edgeai.placement;

import io.edgeai.placement.cost.Candidate;
import io.edgeai.placement.cost.Headroom;
import io.edgeai.placement.cost.SiteEstimates;
import io.edgeai.placement.cost.WorkloadEstimates;
import io.edgeai.placement.model.Accelerator;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.solver.Bin;
import io.edgeai.placement.solver.Group;
import io.edgeai.placement.solver.Instance;
import io.edgeai.placement.solver.Option;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Turns a problem into numbers: filters candidates by the constraints and scores those that are left. */
final class Modeller {
    private final PlacementProblem problem;
    private final Rules rules;
    private final List<PlacementState.NodeState> nodes;
    private final Map<String, Integer> kinds = new HashMap<>();
    private final Map<String, Integer> gangs = new HashMap<>();
    private final Map<String, Integer> groupIndex = new HashMap<>();

    Modeller(PlacementProblem problem, Rules rules) {
        this.problem = problem;
        this.rules = rules;
        this.nodes = PlacementState.of(problem.topology()).nodes();
        problem.workloads().forEach(workload -> groupIndex.put(workload.name(), groupIndex.size()));
    }

    Instance instance() {
        List<Bin> bins = nodes.stream().map(this::bin).toList();
        Map<String, Integer> regionIndex = new HashMap<>();
        List<Integer> regions = problem.topology().sites().stream()
                .map(Site::region)
                .map(region -> regionIndex.computeIfAbsent(region, name -> regionIndex.size()))
                .toList();
        List<Set<Integer>> near = links(true);
        List<Set<Integer>> away = links(false);
        List<Group> groups = new ArrayList<>();
        for (Workload workload : problem.workloads()) {
            int g = groups.size();
            Group.Apart apart =
                    switch (workload.policy().spread()) {
                        case NONE -> Group.Apart.NONE;
                        case SITE -> Group.Apart.SITE;
                        case REGION -> Group.Apart.REGION;
                    };
            groups.add(new Group(
                    workload.replicas(),
                    workload.priority(),
                    options(workload),
                    apart,
                    List.copyOf(near.get(g)),
                    List.copyOf(away.get(g)),
                    gang(workload)));
        }
        return new Instance(groups, bins, regions);
    }

    Assignment assignment(int group, int replica, Option option, int device) {
        Workload workload = problem.workloads().get(group);
        PlacementState.NodeState node = nodes.get(option.node());
        Candidate candidate = candidate(workload, node, option.variant());
        return new Assignment(
                workload,
                replica,
                node.site,
                node.node,
                candidate.variant(),
                device,
                candidate.estimate(),
                option.cost());
    }

    /** The option of the instance that is where a replica stands, or null where it may not stand there any more. */
    @Nullable
    Option option(int group, Assignment replica, Instance instance) {
        for (Option option : instance.groups().get(group).options()) {
            PlacementState.NodeState node = nodes.get(option.node());
            if (node.site.id().equals(replica.site().id())
                    && node.node.name().equals(replica.node().name())
                    && problem.workloads()
                            .get(group)
                            .variants()
                            .get(option.variant())
                            .name()
                            .equals(replica.variant().name())) {
                return option;
            }
        }
        return null;
    }

    private Bin bin(PlacementState.NodeState state) {
        return new Bin(
                state.siteIndex,
                state.node.cpuMillis(),
                state.node.memoryBytes(),
                state.node.diskBytes(),
                state.node.accelerators().stream()
                        .map(device -> new Bin.Device(kind(device.kind()), device.memoryBytes()))
                        .toList());
    }

    private int gang(Workload workload) {
        String name = workload.policy().gang();
        return name.isEmpty() ? Group.NO_GANG : gangs.computeIfAbsent(name, unseen -> gangs.size());
    }

    private int kind(String name) {
        return kinds.computeIfAbsent(name, unseen -> kinds.size());
    }

    /** Cheapest first; the sort is stable, so ties stay in the order of nodes and variants. */
    private List<Option> options(Workload workload) {
        List<Option> options = new ArrayList<>();
        WorkloadEstimates estimates =
                rules.costModel().of(workload, problem.topology().network());
        SiteEstimates[] bySite =
                problem.topology().sites().stream().map(estimates::at).toArray(SiteEstimates[]::new);
        for (int n = 0; n < nodes.size(); n++) {
            PlacementState.NodeState node = nodes.get(n);
            SiteEstimates here = bySite[node.siteIndex];
            Headroom headroom = Headroom.ofEmpty(node.node, workload.accelerator());
            for (int v = 0; v < workload.variants().size(); v++) {
                Variant variant = workload.variants().get(v);
                Candidate candidate = rules.candidate(workload, variant, node.site, node.node, headroom, here);
                if (rules.allow(candidate)) {
                    options.add(option(candidate, n, v));
                }
            }
        }
        options.sort((a, b) -> Double.compare(a.cost(), b.cost()));
        return options;
    }

    private Candidate candidate(Workload workload, PlacementState.NodeState node, int variant) {
        return rules.candidate(
                workload,
                workload.variants().get(variant),
                node.site,
                node.node,
                Headroom.ofEmpty(node.node, workload.accelerator()),
                problem.topology().network());
    }

    private Option option(Candidate candidate, int node, int variant) {
        Workload workload = candidate.workload();
        int deviceKind = -1;
        for (Accelerator device : candidate.node().accelerators()) {
            if (deviceKind < 0
                    && !workload.accelerator().none()
                    && workload.accelerator().accepts(device)) {
                deviceKind = kind(device.kind());
            }
        }
        return new Option(
                node,
                nodes.get(node).siteIndex,
                variant,
                rules.score(candidate),
                workload.cpuMillis(),
                candidate.variant().memoryBytes(),
                candidate.variant().sizeBytes(),
                deviceKind,
                workload.accelerator().milli(),
                workload.accelerator().memoryBytes(),
                candidate.transferBytes());
    }

    private List<Set<Integer>> links(boolean near) {
        List<Set<Integer>> links = new ArrayList<>();
        problem.workloads().forEach(workload -> links.add(new TreeSet<>()));
        for (Workload workload : problem.workloads()) {
            int g = groupIndex.getOrDefault(workload.name(), 0);
            for (String other :
                    near ? workload.policy().near() : workload.policy().awayFrom()) {
                int o = groupIndex.getOrDefault(other, 0);
                links.get(g).add(o);
                links.get(o).add(g);
            }
        }
        return links;
    }
}
