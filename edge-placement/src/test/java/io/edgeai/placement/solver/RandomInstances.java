package io.edgeai.placement.solver;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** Small instances with all resources, devices, regions and rules between groups; the same seed gives the same. */
final class RandomInstances {
    private static final List<Group.Apart> APARTS = List.of(Group.Apart.NONE, Group.Apart.SITE, Group.Apart.REGION);

    private RandomInstances() {}

    static Instance of(long seed, int groups) {
        Random random = new Random(seed);
        int sites = 2 + random.nextInt(3);
        List<Integer> regions = new ArrayList<>();
        List<Bin> bins = new ArrayList<>();
        for (int s = 0; s < sites; s++) {
            regions.add(random.nextInt(2));
            for (int n = 1 + random.nextInt(2); n > 0; n--) {
                List<Bin.Device> devices = new ArrayList<>();
                for (int d = random.nextInt(3); d > 0; d--) {
                    devices.add(new Bin.Device(random.nextInt(2), 4 + random.nextInt(8)));
                }
                bins.add(new Bin(s, 10 + random.nextInt(25), 10 + random.nextInt(25), 40, devices));
            }
        }
        List<List<Integer>> near = empty(groups);
        List<List<Integer>> away = empty(groups);
        if (groups > 2 && random.nextBoolean()) {
            link(near, 0, 1);
        }
        if (groups > 2 && random.nextBoolean()) {
            link(away, 1, 2);
        }
        List<Group> all = new ArrayList<>();
        for (int g = 0; g < groups; g++) {
            boolean device = random.nextInt(4) == 0;
            List<Option> options = new ArrayList<>();
            int cpu = 3 + random.nextInt(10);
            for (int variant = 0; variant < 2; variant++) {
                int memory = 2 + random.nextInt(12);
                for (int b = 0; b < bins.size(); b++) {
                    Bin bin = bins.get(b);
                    if (!device || !bin.devices().isEmpty()) {
                        options.add(new Option(
                                b,
                                bin.site(),
                                variant,
                                1 + random.nextInt(40),
                                cpu,
                                memory,
                                random.nextInt(10),
                                device ? bin.devices().get(0).kind() : -1,
                                device ? 300 + random.nextInt(500) : 0,
                                device ? random.nextInt(6) : 0));
                    }
                }
            }
            options.sort(Comparator.comparingDouble(Option::cost)
                    .thenComparingInt(Option::node)
                    .thenComparingInt(Option::variant));
            Group.Apart apart = near.get(g).isEmpty() ? APARTS.get(random.nextInt(3)) : Group.Apart.NONE;
            all.add(new Group(1 + random.nextInt(2), random.nextInt(3), options, apart, near.get(g), away.get(g)));
        }
        return new Instance(all, bins, regions);
    }

    private static List<List<Integer>> empty(int groups) {
        List<List<Integer>> lists = new ArrayList<>();
        for (int g = 0; g < groups; g++) {
            lists.add(new ArrayList<>());
        }
        return lists;
    }

    private static void link(List<List<Integer>> links, int a, int b) {
        links.get(a).add(b);
        links.get(b).add(a);
    }
}
