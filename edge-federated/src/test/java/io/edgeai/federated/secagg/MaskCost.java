package io.edgeai.federated.secagg;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * CPU time of masks, keys and all, by the width of their numbers and the way to their key stream: the least of many
 * repetitions, one after another in one run.
 *
 * <pre>
 * java -cp TEST_CLASS_PATH io.edgeai.federated.secagg.MaskCost 128 100000 120
 * </pre>
 */
final class MaskCost {
    private MaskCost() {}

    public static void main(String[] arguments) {
        int masks = Integer.parseInt(arguments[0]);
        int size = Integer.parseInt(arguments[1]);
        List<byte[]> seeds = new ArrayList<>();
        Random random = new Random(1);
        for (int i = 0; i < masks; i++) {
            byte[] seed = new byte[16];
            random.nextBytes(seed);
            seeds.add(seed);
        }
        int[] widths = {32, 16, 8};
        Map<CounterMode, double[]> least = new EnumMap<>(CounterMode.class);
        for (int repetition = 0; repetition < Integer.parseInt(arguments[2]); repetition++) {
            for (CounterMode mode : CounterMode.values()) {
                for (int w = 0; w < widths.length; w++) {
                    double spent = nanos(new MaskStream(new int[size], widths[w], mode), seeds) / size / masks;
                    double[] own = least.computeIfAbsent(mode, unused -> new double[widths.length]);
                    own[w] = repetition == 0 ? spent : Math.min(own[w], spent);
                }
            }
        }
        System.out.println("taken here: " + CounterMode.fastest());
        least.forEach((mode, own) -> {
            for (int w = 0; w < widths.length; w++) {
                System.out.printf(Locale.ROOT, "%s, %2d bits: %.3f ns an element%n", mode, widths[w], own[w]);
            }
        });
    }

    private static double nanos(MaskStream stream, List<byte[]> seeds) {
        long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        for (int i = 0; i < seeds.size(); i++) {
            if (i % 2 == 0) {
                stream.add(seeds.get(i));
            } else {
                stream.subtract(seeds.get(i));
            }
        }
        stream.apply();
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin;
    }
}
