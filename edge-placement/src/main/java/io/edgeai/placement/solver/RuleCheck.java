package io.edgeai.placement.solver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says whether a placement keeps every rule of its instance, by adding up anew what stands where; shares no bookkeeping
 * with the search.
 */
public final class RuleCheck {
    private final Instance instance;
    private final List<@Nullable Spot> spots;
    private final List<Integer> groupOf;
    private final List<Set<Integer>> sites = new ArrayList<>();

    private RuleCheck(Instance instance, List<@Nullable Spot> spots) {
        this.instance = instance;
        this.spots = spots;
        this.groupOf = instance.groupOfItems();
        instance.groups().forEach(group -> sites.add(new HashSet<>()));
    }

    /** The first rule found broken; nothing where all are kept. Takes time in proportion to items and their options. */
    public static Optional<BrokenRule> firstBroken(Instance instance, List<@Nullable Spot> spots) {
        if (spots.size() != instance.items()) {
            return Optional.of(new BrokenRule(
                    "size", -1, -1, "there are (" + spots.size() + ") places for (" + instance.items() + ") replicas"));
        }
        RuleCheck check = new RuleCheck(instance, spots);
        return Optional.ofNullable(check.broken());
    }

    private @Nullable BrokenRule broken() {
        BrokenRule broken = options();
        broken = broken == null ? rooms() : broken;
        broken = broken == null ? spread() : broken;
        broken = broken == null ? neighbours() : broken;
        return broken == null ? gangs() : broken;
    }

    private @Nullable BrokenRule options() {
        for (int item = 0; item < spots.size(); item++) {
            Spot spot = spots.get(item);
            int g = groupOf.get(item);
            if (spot == null) {
                continue;
            }
            if (!instance.groups().get(g).options().contains(spot.option())) {
                return new BrokenRule("option", g, -1, "(" + spot.option() + ") is none of its options");
            }
            sites.get(g).add(spot.option().site());
        }
        return null;
    }

    private @Nullable BrokenRule rooms() {
        List<Room> rooms = instance.bins().stream().map(Room::new).toList();
        for (int item = 0; item < spots.size(); item++) {
            Spot spot = spots.get(item);
            String lacking = spot == null ? "" : rooms.get(spot.option().node()).take(spot);
            if (spot != null && !lacking.isEmpty()) {
                return new BrokenRule(
                        lacking,
                        groupOf.get(item),
                        spot.option().node(),
                        lacking.equals("device")
                                ? "device (" + spot.device() + ") is none of the wanted kind"
                                : "more is placed than there is");
            }
        }
        return null;
    }

    private @Nullable BrokenRule spread() {
        Set<List<Integer>> taken = new HashSet<>();
        for (int item = 0; item < spots.size(); item++) {
            Spot spot = spots.get(item);
            int g = groupOf.get(item);
            Group.Apart apart = instance.groups().get(g).apart();
            if (spot == null || apart == Group.Apart.NONE) {
                continue;
            }
            int site = spot.option().site();
            int area = apart == Group.Apart.SITE ? site : instance.regions().get(site);
            if (!taken.add(List.of(g, area))) {
                return new BrokenRule(
                        "spread",
                        g,
                        spot.option().node(),
                        "two of its replicas share a " + (apart == Group.Apart.SITE ? "site" : "region"));
            }
        }
        return null;
    }

    private @Nullable BrokenRule neighbours() {
        for (int g = 0; g < sites.size(); g++) {
            Group group = instance.groups().get(g);
            Set<Integer> together = new HashSet<>(group.near().isEmpty() ? Set.of() : sites.get(g));
            group.near().forEach(other -> together.addAll(sites.get(other)));
            if (!sites.get(g).isEmpty() && together.size() > 1) {
                return new BrokenRule("near", g, -1, "it and those it must be near to stand on different sites");
            }
            for (int other : group.away()) {
                if (sites.get(g).stream().anyMatch(sites.get(other)::contains)) {
                    return new BrokenRule("away-from", g, -1, "it shares a site with one it must keep away from");
                }
            }
        }
        return null;
    }

    private @Nullable BrokenRule gangs() {
        Map<Integer, Integer> placed = new HashMap<>();
        Map<Integer, Integer> missing = new HashMap<>();
        for (int item = 0; item < spots.size(); item++) {
            int g = groupOf.get(item);
            (spots.get(item) == null ? missing : placed)
                    .put(instance.groups().get(g).gang(), g);
        }
        for (Map.Entry<Integer, Integer> entry : missing.entrySet()) {
            Integer half = entry.getKey() == Group.NO_GANG ? null : placed.get(entry.getKey());
            if (half != null) {
                return new BrokenRule("gang", half, -1, "it is placed, but not all of its gang are");
            }
        }
        return null;
    }

    /** What is left of one node. */
    private static final class Room {
        private final Bin bin;
        private long cpu;
        private long memory;
        private long disk;
        private final int[] milli;
        private final long[] deviceMemory;

        Room(Bin bin) {
            this.bin = bin;
            this.cpu = bin.cpuMillis();
            this.memory = bin.memoryBytes();
            this.disk = bin.diskBytes();
            this.milli = new int[bin.devices().size()];
            Arrays.fill(milli, 1000);
            this.deviceMemory =
                    bin.devices().stream().mapToLong(Bin.Device::memoryBytes).toArray();
        }

        /** Takes what the spot needs; returns the rule that this breaks, or nothing. */
        String take(Spot spot) {
            Option option = spot.option();
            int device = option.deviceMilli() == 0 ? -1 : spot.device();
            if (option.deviceMilli() > 0
                    && (device < 0
                            || device >= milli.length
                            || bin.devices().get(device).kind() != option.deviceKind())) {
                return "device";
            }
            cpu -= option.cpuMillis();
            memory -= option.memoryBytes();
            disk -= option.diskBytes();
            if (device >= 0) {
                milli[device] -= option.deviceMilli();
                deviceMemory[device] -= option.deviceMemoryBytes();
            }
            boolean accelerator = device < 0 || (milli[device] >= 0 && deviceMemory[device] >= 0);
            return cpu < 0 ? "cpu" : memory < 0 ? "memory" : disk < 0 ? "disk" : accelerator ? "" : "accelerator";
        }
    }
}
