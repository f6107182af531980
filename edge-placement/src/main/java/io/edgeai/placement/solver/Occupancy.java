package io.edgeai.placement.solver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which item stands where, what is free, and whether one more fits. Every change keeps all capacities and all rules of
 * standing near or apart. Not thread-safe.
 */
public final class Occupancy {
    private static final int NO_DEVICE = -1;
    private static final int NO_FIT = -2;

    private final Instance instance;
    private final int[] groupOf;
    private final int[] firstItem;
    private final long[] freeCpu;
    private final long[] freeMemory;
    private final long[] freeDisk;
    private final int[][] freeMilli;
    private final long[][] freeDeviceMemory;
    private final int[][] onSite;
    private final int[][] inRegion;
    private final int[] placedOfGroup;
    private final @Nullable Spot[] spots;
    private final int[][] members;
    private final int[] memberCount;
    private int placed;

    public Occupancy(Instance instance) {
        this.instance = instance;
        this.groupOf =
                instance.groupOfItems().stream().mapToInt(Integer::intValue).toArray();
        int bins = instance.bins().size();
        freeCpu = new long[bins];
        freeMemory = new long[bins];
        freeDisk = new long[bins];
        freeMilli = new int[bins][];
        freeDeviceMemory = new long[bins][];
        members = new int[bins][4];
        memberCount = new int[bins];
        for (int b = 0; b < bins; b++) {
            Bin bin = instance.bins().get(b);
            freeCpu[b] = bin.cpuMillis();
            freeMemory[b] = bin.memoryBytes();
            freeDisk[b] = bin.diskBytes();
            freeMilli[b] = new int[bin.devices().size()];
            Arrays.fill(freeMilli[b], 1000);
            freeDeviceMemory[b] =
                    bin.devices().stream().mapToLong(Bin.Device::memoryBytes).toArray();
        }
        int groups = instance.groups().size();
        int regions =
                instance.regions().stream().mapToInt(Integer::intValue).max().orElse(0) + 1;
        firstItem = new int[groups];
        for (int g = 1; g < groups; g++) {
            firstItem[g] = firstItem[g - 1] + instance.groups().get(g - 1).replicas();
        }
        onSite = new int[groups][];
        inRegion = new int[groups][];
        for (int g = 0; g < groups; g++) {
            onSite[g] = new int[instance.sites()];
            inRegion[g] = new int[regions];
        }
        placedOfGroup = new int[groups];
        spots = new @Nullable Spot[groupOf.length];
    }

    Instance instance() {
        return instance;
    }

    int items() {
        return groupOf.length;
    }

    long freeCpu(int bin) {
        return freeCpu[bin];
    }

    int placed() {
        return placed;
    }

    int groupOf(int item) {
        return groupOf[item];
    }

    Group group(int item) {
        return instance.groups().get(groupOf[item]);
    }

    /** Where the item stands, or null. */
    public @Nullable Option chosen(int item) {
        Spot spot = spots[item];
        return spot == null ? null : spot.option();
    }

    /** Which device of its node the item uses, or -1. */
    public int deviceOf(int item) {
        Spot spot = spots[item];
        return spot == null ? NO_DEVICE : spot.device();
    }

    List<Integer> missing() {
        return IntStream.range(0, spots.length)
                .filter(item -> spots[item] == null)
                .boxed()
                .toList();
    }

    boolean isPlaced(int item) {
        return spots[item] != null;
    }

    /** All items that must share the item's site, itself included, in ascending order; it alone where none must. */
    List<Integer> companyOf(int item) {
        List<Integer> near = group(item).near();
        if (near.isEmpty()) {
            return List.of(item);
        }
        List<Integer> company = new ArrayList<>();
        for (int g : IntStream.concat(IntStream.of(groupOf[item]), near.stream().mapToInt(i -> i))
                .sorted()
                .toArray()) {
            for (int r = 0; r < instance.groups().get(g).replicas(); r++) {
                company.add(firstItem[g] + r);
            }
        }
        return company;
    }

    double costOf(int item) {
        Spot spot = spots[item];
        return spot == null ? 0 : spot.option().cost();
    }

    double cost() {
        double sum = 0;
        for (int i = 0; i < spots.length; i++) {
            sum += costOf(i);
        }
        return sum;
    }

    int[] membersOf(int bin) {
        return Arrays.copyOf(members[bin], memberCount[bin]);
    }

    /** Whether the item, which must not be placed, can take the option. */
    boolean fits(int item, Option option) {
        return resources(option) != NO_FIT && blockedBy(groupOf[item], option) == null;
    }

    /** Whether the node would have the CPU, memory and disk for the option without that item, which stands there. */
    boolean roomWithout(int item, Option option) {
        Spot spot = spots[item];
        int bin = option.node();
        return spot != null
                && option.cpuMillis() <= freeCpu[bin] + spot.option().cpuMillis()
                && option.memoryBytes() <= freeMemory[bin] + spot.option().memoryBytes()
                && option.diskBytes() <= freeDisk[bin] + spot.option().diskBytes();
    }

    /** The rule of standing near or apart that one more replica of a group would break there, or null. */
    @Nullable
    Clash blockedBy(int groupIndex, Option option) {
        Group group = instance.groups().get(groupIndex);
        int site = option.site();
        if (group.apart() == Group.Apart.SITE && onSite[groupIndex][site] > 0) {
            return new Clash(groupIndex);
        }
        if (group.apart() == Group.Apart.REGION
                && inRegion[groupIndex][instance.regions().get(site)] > 0) {
            return new Clash(groupIndex);
        }
        for (int other : group.away()) {
            if (onSite[other][site] > 0) {
                return new Clash(other);
            }
        }
        if (!group.near().isEmpty()) {
            if (placedOfGroup[groupIndex] > onSite[groupIndex][site]) {
                return new Clash(groupIndex);
            }
            for (int other : group.near()) {
                if (placedOfGroup[other] > onSite[other][site]) {
                    return new Clash(other);
                }
            }
        }
        return null;
    }

    /** Places an item if it fits. */
    public boolean tryPlace(int item, Option option) {
        int onDevice = resources(option);
        if (onDevice == NO_FIT || blockedBy(groupOf[item], option) != null) {
            return false;
        }
        put(item, new Spot(option, onDevice));
        return true;
    }

    /** Places an item on the very device where it stood, if that is still free. */
    boolean tryKeep(int item, Spot spot) {
        Option option = spot.option();
        int bin = option.node();
        int device = spot.device();
        boolean free = option.cpuMillis() <= freeCpu[bin]
                && option.memoryBytes() <= freeMemory[bin]
                && option.diskBytes() <= freeDisk[bin]
                && (option.deviceMilli() == 0
                        || (device >= 0
                                && device < freeMilli[bin].length
                                && freeMilli[bin][device] >= option.deviceMilli()
                                && freeDeviceMemory[bin][device] >= option.deviceMemoryBytes()
                                && instance.bins()
                                                .get(bin)
                                                .devices()
                                                .get(device)
                                                .kind()
                                        == option.deviceKind()));
        if (!free || blockedBy(groupOf[item], option) != null) {
            return false;
        }
        put(item, option.deviceMilli() == 0 ? new Spot(option, NO_DEVICE) : spot);
        return true;
    }

    /** Takes an item away and says where it stood. */
    public Spot remove(int item) {
        Spot spot = spots[item];
        if (spot == null) {
            throw new IllegalStateException("Item (" + item + ") is not placed.");
        }
        account(item, spot, -1);
        spots[item] = null;
        int bin = spot.option().node();
        int at = 0;
        while (members[bin][at] != item) {
            at++;
        }
        System.arraycopy(members[bin], at + 1, members[bin], at, --memberCount[bin] - at);
        placed--;
        return spot;
    }

    /** Puts an item back on the very device where it stood; for undoing changes in reverse order. */
    void restore(int item, Spot spot) {
        put(item, spot);
    }

    /** Where every item stands; null for one without a place. */
    public List<@Nullable Spot> spots() {
        return Collections.unmodifiableList(Arrays.asList(spots.clone()));
    }

    /** The placement now, to come back to. */
    @Nullable
    Spot[] snapshot() {
        return spots.clone();
    }

    /** Replaces the whole placement by an earlier snapshot. */
    void load(@Nullable Spot[] snapshot) {
        for (int i = 0; i < spots.length; i++) {
            Spot spot = spots[i];
            if (spot != null && !spot.equals(snapshot[i])) {
                remove(i);
            }
        }
        for (int i = 0; i < spots.length; i++) {
            Spot target = snapshot[i];
            if (target != null && spots[i] == null) {
                put(i, target);
            }
        }
    }

    private void put(int item, Spot spot) {
        spots[item] = spot;
        account(item, spot, 1);
        int bin = spot.option().node();
        if (memberCount[bin] == members[bin].length) {
            members[bin] = Arrays.copyOf(members[bin], members[bin].length * 2);
        }
        members[bin][memberCount[bin]++] = item;
        placed++;
    }

    private void account(int item, Spot spot, int sign) {
        Option option = spot.option();
        int onDevice = spot.device();
        int bin = option.node();
        freeCpu[bin] -= sign * option.cpuMillis();
        freeMemory[bin] -= sign * option.memoryBytes();
        freeDisk[bin] -= sign * option.diskBytes();
        if (onDevice >= 0) {
            freeMilli[bin][onDevice] -= sign * option.deviceMilli();
            freeDeviceMemory[bin][onDevice] -= sign * option.deviceMemoryBytes();
        }
        int group = groupOf[item];
        onSite[group][option.site()] += sign;
        inRegion[group][instance.regions().get(option.site())] += sign;
        placedOfGroup[group] += sign;
    }

    private int resources(Option option) {
        int bin = option.node();
        if (option.cpuMillis() > freeCpu[bin]
                || option.memoryBytes() > freeMemory[bin]
                || option.diskBytes() > freeDisk[bin]) {
            return NO_FIT;
        }
        if (option.deviceMilli() == 0) {
            return NO_DEVICE;
        }
        int found = deviceFor(bin, option.deviceKind(), option.deviceMilli(), option.deviceMemoryBytes());
        return found < 0 ? NO_FIT : found;
    }

    /** Best fit: the device that is left with the smallest free share. */
    private int deviceFor(int bin, int kind, int milli, long memoryBytes) {
        int best = -1;
        int[] free = freeMilli[bin];
        for (int d = 0; d < free.length; d++) {
            if (free[d] >= milli
                    && freeDeviceMemory[bin][d] >= memoryBytes
                    && instance.bins().get(bin).devices().get(d).kind() == kind
                    && (best < 0 || free[d] < free[best])) {
                best = d;
            }
        }
        return best;
    }
}
