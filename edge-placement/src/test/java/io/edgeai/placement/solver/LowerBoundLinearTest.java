package io.edgeai.placement.solver;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.ortools.Loader;
import com.google.ortools.linearsolver.MPConstraint;
import com.google.ortools.linearsolver.MPSolver;
import com.google.ortools.linearsolver.MPVariable;
import io.edgeai.core.concurrent.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The bound against the linear relaxation it is the dual of, as OR-Tools' GLOP solves that. */
class LowerBoundLinearTest {
    private static final int SITES = 10;

    /** All groups rank the sites nearly alike, as strategies do that look at the site only; some stand apart or together. */
    private static Instance alike(Random random) {
        double[] level = random.doubles(SITES, 0.05, 1).toArray();
        List<Group> groups = new ArrayList<>();
        long needed = 0;
        for (int g = 0; g < 80; g++) {
            long cpu = 500 + 250L * random.nextInt(13);
            List<Option> options = new ArrayList<>();
            for (int node = 0; node < 2 * SITES; node++) {
                double cost = level[node / 2] * (1 + 1e-3 * random.nextDouble());
                options.add(new Option(node, node / 2, 0, cost, cpu, 0, 0, -1, 0, 0));
            }
            options.sort((a, b) -> Double.compare(a.cost(), b.cost()));
            boolean pair = g < 20;
            int replicas = pair ? 1 : 1 + random.nextInt(3);
            needed += cpu * replicas;
            groups.add(new Group(
                    replicas,
                    0,
                    options,
                    pair || random.nextBoolean() ? Group.Apart.NONE : Group.Apart.SITE,
                    pair ? List.of(g ^ 1) : List.of(),
                    List.of()));
        }
        List<Bin> bins = new ArrayList<>();
        List<Integer> regions = new ArrayList<>();
        for (int node = 0; node < 2 * SITES; node++) {
            bins.add(new Bin(node / 2, Math.round((double) needed / 0.8 / (2 * SITES)), 0, 0, List.of()));
            regions.add(0);
        }
        return new Instance(groups, bins, regions.subList(0, SITES));
    }

    private static double linear(Instance instance) {
        MPSolver solver = MPSolver.createSolver("GLOP");
        Map<Integer, MPConstraint> capacity = new HashMap<>();
        for (int b = 0; b < instance.bins().size(); b++) {
            capacity.put(
                    b, solver.makeConstraint(0, (double) instance.bins().get(b).cpuMillis()));
        }
        Map<Integer, Map<Integer, MPConstraint>> shares = new HashMap<>();
        for (int g = 0; g < instance.groups().size(); g++) {
            Group group = instance.groups().get(g);
            MPConstraint all = solver.makeConstraint(group.replicas(), group.replicas());
            Map<Integer, MPConstraint> onSite = new HashMap<>();
            for (Option option : group.options()) {
                MPVariable part = solver.makeNumVar(0, group.replicas(), "");
                solver.objective().setCoefficient(part, option.cost());
                all.setCoefficient(part, 1);
                capacity.get(option.node()).setCoefficient(part, (double) option.cpuMillis());
                if (!group.near().isEmpty()) {
                    int first = Math.min(g, group.near().get(0));
                    shares.computeIfAbsent(first, pair -> new HashMap<>())
                            .computeIfAbsent(option.site(), site -> solver.makeConstraint(0, 0))
                            .setCoefficient(part, g == first ? 1 : -1);
                } else if (group.apart() == Group.Apart.SITE) {
                    onSite.computeIfAbsent(option.site(), site -> solver.makeConstraint(0, 1))
                            .setCoefficient(part, 1);
                }
            }
        }
        assertThat(solver.solve()).isEqualTo(MPSolver.ResultStatus.OPTIMAL);
        double value = solver.objective().value();
        solver.delete();
        return value;
    }

    @Test
    void theBoundIsTheLinearRelaxationToAThousandth() {
        Loader.loadNativeLibraries();
        for (long seed = 0; seed < 25; seed++) {
            Instance instance = alike(new Random(seed));
            double linear = linear(instance);
            double bound = new LowerBound(instance)
                    .run(
                            Double.POSITIVE_INFINITY,
                            1000,
                            new SearchBudget(0, Duration.ofDays(1), () -> 0, Progress.NONE));
            assertThat(bound).as("seed %d", seed).isBetween(linear * 0.999, linear + 1e-6);
        }
    }
}
