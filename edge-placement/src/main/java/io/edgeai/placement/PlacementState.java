package io.edgeai.placement;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.cost.Headroom;
import io.edgeai.placement.model.Accelerator;
import io.edgeai.placement.model.AcceleratorNeed;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Spread;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.spi.Violation;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What runs where, for deciding one replica at a time: free resources of every node and who stands near whom. Changed
 * by {@link #commit} and {@link #release}; not thread-safe, so one thread owns it.
 */
public final class PlacementState {
    private final Topology topology;
    private final List<NodeState> nodes = new ArrayList<>();
    private final Map<String, Integer> firstNodeOfSite = new HashMap<>();
    private final Map<String, int[]> replicasOnSite = new HashMap<>();
    /** By the workload spoken of: which workloads want to stand near it. */
    private final Map<String, Set<String>> near = new HashMap<>();

    private final Map<String, Set<String>> away = new HashMap<>();
    private final Map<String, List<Assignment>> running = new HashMap<>();

    private PlacementState(Topology topology) {
        this.topology = topology;
        for (int s = 0; s < topology.sites().size(); s++) {
            Site site = topology.sites().get(s);
            firstNodeOfSite.put(site.id(), nodes.size());
            for (Node node : site.nodes()) {
                nodes.add(new NodeState(s, site, node));
            }
        }
    }

    /** Nothing runs yet. */
    public static PlacementState of(Topology topology) {
        return new PlacementState(topology);
    }

    /** What a plan leaves. */
    public static PlacementState of(Topology topology, PlacementPlan plan) {
        PlacementState state = new PlacementState(topology);
        plan.assignments().forEach(state::commit);
        return state;
    }

    public Topology topology() {
        return topology;
    }

    /**
     * Takes the resources of a replica.
     *
     * @throws InvalidInputException where they are not free, the replica may not stand with those already there, or the
     *     site is not in the topology
     */
    public void commit(Assignment assignment) {
        NodeState node = nodeOf(assignment);
        Violation clash = clash(assignment.workload(), node.siteIndex);
        if (clash != null) {
            throw new InvalidInputException("Replica (" + assignment + ") breaks the rule (" + clash.constraint()
                    + "): " + clash.message() + ". Maybe something else was committed since it was decided.");
        }
        if (!node.take(assignment)) {
            throw new InvalidInputException("Replica (" + assignment
                    + ") does not fit any more. Maybe something else was committed since it was decided.");
        }
        replicasOnSite
                .computeIfAbsent(
                        assignment.workload().name(),
                        name -> new int[topology.sites().size()])[node.siteIndex]++;
        running.computeIfAbsent(assignment.workload().name(), name -> new ArrayList<>())
                .add(assignment);
        relate(assignment.workload());
    }

    /**
     * Takes the resources of all these replicas, or of none of them.
     *
     * @throws InvalidInputException as {@link #commit(Assignment)}; the state is then as it was
     */
    public void commit(Collection<Assignment> assignments) {
        List<Assignment> done = new ArrayList<>();
        try {
            for (Assignment assignment : assignments) {
                commit(assignment);
                done.add(assignment);
            }
        } catch (InvalidInputException e) {
            Collections.reverse(done);
            done.forEach(this::release);
            throw e;
        }
    }

    /**
     * Gives the resources of a replica back. With the last replica of a workload its rules about others end.
     *
     * @throws InvalidInputException where no replica of that workload and variant, with those needs, runs on that node
     *     and device
     */
    public void release(Assignment assignment) {
        NodeState node = nodeOf(assignment);
        int[] counts = replicasOnSite.get(assignment.workload().name());
        List<Assignment> replicas = running.getOrDefault(assignment.workload().name(), List.of());
        int index = indexOf(replicas, assignment);
        if (counts == null || index < 0) {
            throw new InvalidInputException("Replica (" + assignment + ") is not committed, so it cannot be released.");
        }
        replicas.remove(index);
        counts[node.siteIndex]--;
        node.give(assignment);
        if (replicas.isEmpty()) {
            near.values().forEach(names -> names.remove(assignment.workload().name()));
            away.values().forEach(names -> names.remove(assignment.workload().name()));
        }
    }

    /** Running replicas of a workload on all sites. */
    public int replicas(String workload) {
        int sum = 0;
        for (int count : replicasOnSite.getOrDefault(workload, new int[0])) {
            sum += count;
        }
        return sum;
    }

    /** The smallest number that no running replica of a workload has. */
    int freeNumber(String workload) {
        BitSet taken = new BitSet();
        running.getOrDefault(workload, List.of()).forEach(replica -> taken.set(replica.replica()));
        return taken.nextClearBit(0);
    }

    List<NodeState> nodes() {
        return nodes;
    }

    /** Records with whom a workload must stand together or apart, for those it speaks of. */
    void relate(Workload workload) {
        link(near, workload.name(), workload.policy().near());
        link(away, workload.name(), workload.policy().awayFrom());
    }

    /** The first rule between replicas that one more replica on that site would break, or null. */
    @Nullable
    Violation clash(Workload workload, int siteIndex) {
        Violation clash = tooMany(workload, siteIndex);
        clash = clash == null ? tooClose(workload, siteIndex) : clash;
        return clash == null ? tooFar(workload, siteIndex) : clash;
    }

    /** Every rule between replicas that one more replica on that site would break. */
    List<Violation> clashes(Workload workload, int siteIndex) {
        return Stream.of(tooMany(workload, siteIndex), tooClose(workload, siteIndex), tooFar(workload, siteIndex))
                .flatMap(Stream::ofNullable)
                .toList();
    }

    @Nullable
    private Violation tooMany(Workload workload, int siteIndex) {
        Spread spread = workload.policy().spread();
        int[] own = replicasOnSite.get(workload.name());
        if (own == null || spread == Spread.NONE) {
            return null;
        }
        if (own[siteIndex] > 0) {
            return rule("spread", "a replica of it already stands on this site", "allow spread NONE");
        }
        return spread == Spread.REGION && inRegion(own, siteIndex)
                ? rule("spread", "a replica of it already stands in this region", "allow spread SITE")
                : null;
    }

    @Nullable
    private Violation tooClose(Workload workload, int siteIndex) {
        Violation close = tooClose(workload.policy().awayFrom(), siteIndex);
        return close == null ? tooClose(away.getOrDefault(workload.name(), Set.of()), siteIndex) : close;
    }

    @Nullable
    private Violation tooFar(Workload workload, int siteIndex) {
        Set<String> own = workload.policy().near();
        Set<String> companions = near.getOrDefault(workload.name(), Set.of());
        if (own.isEmpty() && companions.isEmpty()) {
            return null;
        }
        if (elsewhere(workload.name(), siteIndex)) {
            Set<String> all = new TreeSet<>(own);
            all.addAll(companions);
            return rule("near", "its replicas stand on another site", "drop near " + all);
        }
        Violation far = tooFar(own, siteIndex);
        return far == null ? tooFar(companions, siteIndex) : far;
    }

    @Nullable
    private Violation tooClose(Set<String> others, int siteIndex) {
        String found = null;
        for (String other : others) {
            int[] counts = replicasOnSite.get(other);
            if (counts != null && counts[siteIndex] > 0 && (found == null || other.compareTo(found) < 0)) {
                found = other;
            }
        }
        return found == null
                ? null
                : rule("away-from", "workload " + found + " stands on this site", "drop away-from " + found);
    }

    @Nullable
    private Violation tooFar(Set<String> others, int siteIndex) {
        String found = null;
        for (String other : others) {
            if (elsewhere(other, siteIndex) && (found == null || other.compareTo(found) < 0)) {
                found = other;
            }
        }
        return found == null
                ? null
                : rule("near", "workload " + found + " stands on another site", "drop near " + found);
    }

    private static int indexOf(List<Assignment> replicas, Assignment wanted) {
        for (int i = replicas.size() - 1; i >= 0; i--) {
            Assignment one = replicas.get(i);
            if (one.site().id().equals(wanted.site().id())
                    && one.node().name().equals(wanted.node().name())
                    && one.device() == wanted.device()
                    && one.variant().equals(wanted.variant())
                    && one.workload().cpuMillis() == wanted.workload().cpuMillis()
                    && one.workload().accelerator().equals(wanted.workload().accelerator())) {
                return i;
            }
        }
        return -1;
    }

    private boolean elsewhere(String workload, int siteIndex) {
        int[] counts = replicasOnSite.get(workload);
        return counts != null && replicas(workload) > counts[siteIndex];
    }

    private boolean inRegion(int[] counts, int siteIndex) {
        String region = topology.sites().get(siteIndex).region();
        for (int s = 0; s < counts.length; s++) {
            if (counts[s] > 0 && topology.sites().get(s).region().equals(region)) {
                return true;
            }
        }
        return false;
    }

    private NodeState nodeOf(Assignment assignment) {
        Integer first = firstNodeOfSite.get(assignment.site().id());
        if (first != null) {
            for (int n = first;
                    n < nodes.size()
                            && nodes.get(n).site.id().equals(assignment.site().id());
                    n++) {
                if (nodes.get(n).node.name().equals(assignment.node().name())) {
                    return nodes.get(n);
                }
            }
        }
        throw new InvalidInputException("Replica (" + assignment + ") stands on a node that this topology lacks.");
    }

    private static void link(Map<String, Set<String>> links, String name, Iterable<String> others) {
        for (String other : others) {
            links.computeIfAbsent(other, n -> new TreeSet<>()).add(name);
        }
    }

    private static Violation rule(String constraint, String message, String repair) {
        return new Violation(constraint, 0, 1, "rules", message, repair, 1);
    }

    /** Free resources of one node. */
    static final class NodeState {
        final int siteIndex;
        final Site site;
        final Node node;
        private long freeCpu;
        private long freeMemory;
        private long freeDisk;
        private final int[] freeMilli;
        private final long[] freeDeviceMemory;

        NodeState(int siteIndex, Site site, Node node) {
            this.siteIndex = siteIndex;
            this.site = site;
            this.node = node;
            this.freeCpu = node.cpuMillis();
            this.freeMemory = node.memoryBytes();
            this.freeDisk = node.diskBytes();
            this.freeMilli = node.accelerators().stream()
                    .mapToInt(device -> Accelerator.WHOLE)
                    .toArray();
            this.freeDeviceMemory = node.accelerators().stream()
                    .mapToLong(Accelerator::memoryBytes)
                    .toArray();
        }

        boolean fits(Workload workload, Variant variant) {
            return workload.cpuMillis() <= freeCpu
                    && variant.memoryBytes() <= freeMemory
                    && variant.sizeBytes() <= freeDisk
                    && (workload.accelerator().none() || fittingDevice(workload.accelerator()) >= 0);
        }

        /** What is free, with the device that suits best. */
        Headroom headroom(AcceleratorNeed need) {
            int device = need.none() ? -1 : fittingDevice(need);
            if (device < 0 && !need.none()) {
                device = largestDevice(need);
            }
            return new Headroom(
                    freeCpu,
                    freeMemory,
                    freeDisk,
                    device < 0 ? 0 : freeMilli[device],
                    device < 0 ? 0 : freeDeviceMemory[device]);
        }

        /** Best fit among the devices of the first kind the need accepts; -1 where none fits. */
        int fittingDevice(AcceleratorNeed need) {
            int best = -1;
            String kind = "";
            for (int d = 0; d < freeMilli.length; d++) {
                Accelerator device = node.accelerators().get(d);
                if (need.accepts(device) && (kind.isEmpty() || kind.equals(device.kind()))) {
                    kind = device.kind();
                    boolean fits = freeMilli[d] >= need.milli() && freeDeviceMemory[d] >= need.memoryBytes();
                    if (fits && (best < 0 || freeMilli[d] < freeMilli[best])) {
                        best = d;
                    }
                }
            }
            return best;
        }

        private int largestDevice(AcceleratorNeed need) {
            int best = -1;
            for (int d = 0; d < freeMilli.length; d++) {
                if (need.accepts(node.accelerators().get(d)) && (best < 0 || freeMilli[d] > freeMilli[best])) {
                    best = d;
                }
            }
            return best;
        }

        private boolean take(Assignment replica) {
            AcceleratorNeed need = replica.workload().accelerator();
            int device = replica.device();
            boolean deviceFits = need.none()
                    || (device >= 0
                            && device < freeMilli.length
                            && freeMilli[device] >= need.milli()
                            && freeDeviceMemory[device] >= need.memoryBytes());
            if (!deviceFits
                    || replica.workload().cpuMillis() > freeCpu
                    || replica.variant().memoryBytes() > freeMemory
                    || replica.variant().sizeBytes() > freeDisk) {
                return false;
            }
            account(replica, 1);
            return true;
        }

        private void give(Assignment replica) {
            account(replica, -1);
        }

        private void account(Assignment replica, int sign) {
            AcceleratorNeed need = replica.workload().accelerator();
            freeCpu -= sign * replica.workload().cpuMillis();
            freeMemory -= sign * replica.variant().memoryBytes();
            freeDisk -= sign * replica.variant().sizeBytes();
            if (!need.none()) {
                freeMilli[replica.device()] -= sign * need.milli();
                freeDeviceMemory[replica.device()] -= sign * need.memoryBytes();
            }
        }
    }
}
