package io.edgeai.placement.solver;

import java.util.ArrayList;
import java.util.List;

/**
 * Rounds capacities down to what can be reached at all: where everything that may stand on a node takes a multiple of
 * 250 thousandths of a core, a node of 34,120 has room for 34,000. No placement is lost, and bounds rise.
 */
final class Granularity {
    private final long[] cpu;
    private final long[] memory;
    private final long[] disk;

    private Granularity(Instance instance) {
        int bins = instance.bins().size();
        cpu = new long[bins];
        memory = new long[bins];
        disk = new long[bins];
        for (Group group : instance.groups()) {
            for (Option option : group.options()) {
                int n = option.node();
                cpu[n] = divisor(cpu[n], option.cpuMillis());
                memory[n] = divisor(memory[n], option.memoryBytes());
                disk[n] = divisor(disk[n], option.diskBytes());
            }
        }
    }

    /** The same problem with capacities that are multiples of the greatest common divisor of what may take them. */
    static Instance floor(Instance instance) {
        Granularity grains = new Granularity(instance);
        List<Bin> bins = new ArrayList<>();
        for (int n = 0; n < instance.bins().size(); n++) {
            Bin bin = instance.bins().get(n);
            bins.add(new Bin(
                    bin.site(),
                    floor(bin.cpuMillis(), grains.cpu[n]),
                    floor(bin.memoryBytes(), grains.memory[n]),
                    floor(bin.diskBytes(), grains.disk[n]),
                    bin.devices()));
        }
        return new Instance(instance.groups(), bins, instance.regions());
    }

    private static long divisor(long a, long b) {
        return b == 0 ? a : divisor(b, a % b);
    }

    private static long floor(long capacity, long grain) {
        return grain == 0 ? capacity : capacity / grain * grain;
    }
}
