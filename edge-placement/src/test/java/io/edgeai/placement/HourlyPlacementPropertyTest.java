package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.placement.model.HourlyProfile;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Power;
import io.edgeai.placement.model.Price;
import io.edgeai.placement.model.Rate;
import io.edgeai.placement.model.Schedule;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Spread;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.spi.PlacementStrategy;
import io.edgeai.placement.strategy.PlacementStrategies;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/**
 * Plans by the hour against all plans there are. Money, power and carbon of a replica come from walking a week in steps
 * of a quarter of an hour, with the price, the carbon and the windows of each moment; the engine integrates.
 */
class HourlyPlacementPropertyTest {
    private static final Instant MONDAY = Instant.parse("2026-11-23T00:00:00Z");
    private static final int QUARTERS = 7 * 24 * 4;
    private static final PlacementStrategy MONEY =
            PlacementStrategy.of("money", c -> c.estimate().moneyPerHour());
    private static final PlacementStrategy WATTS =
            PlacementStrategy.of("watts", c -> c.estimate().watts());
    private static final PlacementStrategy CARBON =
            PlacementStrategy.of("carbon", c -> c.estimate().gramsPerHour());

    private static final Map<PlacementStrategy, ToDoubleFunction<Figures>> COUNTED =
            Map.of(MONEY, Figures::money, WATTS, Figures::watts, CARBON, Figures::grams);

    private record Figures(double money, double watts, double grams) {}

    private record Place(Workload workload, Site site, Node node, Figures walked) {}

    private static double at(Node node, Site site, Rate rate, double constant, Instant moment) {
        return node.hourly()
                .of(rate)
                .or(() -> site.hourly().of(rate))
                .map(profile -> profile.at(moment))
                .orElse(constant);
    }

    /** Nothing where the node is off at a moment at which the workload runs. */
    private static List<Figures> walked(Workload workload, Site site, Node node) {
        double rate = workload.demand().ratePerSecond() / workload.replicas();
        double cores = workload.cpuMillis() / 1000.0;
        double cpu = workload.cpuMillis() / (double) node.cpuMillis();
        double memory = workload.variants().get(0).memoryBytes() / (double) node.memoryBytes();
        double seconds = workload.variants().get(0).macs() / 1e10 / Math.min(1, cores);
        double busy = rate * seconds / Math.max(1, Math.floor(cores));
        Power power = site.power();
        Price price = site.price();
        double drawn = Math.max(cpu, memory) * power.idleWatts() + busy * cpu * (power.busyWatts() - power.idleWatts());
        double gigabytes = rate * 3600 * workload.demand().requestBytes() / 1e9;
        double money = 0;
        double watts = 0;
        double grams = 0;
        for (int q = 0; q < QUARTERS; q++) {
            Instant moment = MONDAY.plus(Duration.ofMinutes(15L * q));
            if (!workload.runs().includes(moment)) {
                continue;
            }
            if (!node.on().includes(moment)) {
                return List.of();
            }
            money += Math.max(cpu, memory) * at(node, site, Rate.NODE_HOUR, price.perNodeHour(), moment)
                    + cores * at(node, site, Rate.CORE_HOUR, price.perCoreHour(), moment)
                    + gigabytes * price.perEgressGigabyte()
                    + drawn / 1000 * at(node, site, Rate.KILOWATT_HOUR, price.perKilowattHour(), moment);
            watts += drawn;
            grams += drawn / 1000 * at(node, site, Rate.CARBON, power.gramsPerKilowattHour(), moment);
        }
        return List.of(new Figures(money / QUARTERS, watts / QUARTERS, grams / QUARTERS));
    }

    /** Proof comes from the exact search, so little local search will do. */
    private static PlacementEngine quick(PlacementStrategy strategy) {
        return PlacementEngine.builder().strategy(strategy).iterations(300).build();
    }

    private static List<List<Place>> choices(PlacementProblem problem) {
        List<List<Place>> choices = new ArrayList<>();
        for (Workload workload : problem.workloads()) {
            List<Place> places = new ArrayList<>();
            for (Site site : problem.topology().sites()) {
                for (Node node : site.nodes()) {
                    walked(workload, site, node).forEach(walked -> places.add(new Place(workload, site, node, walked)));
                }
            }
            choices.addAll(Collections.nCopies(workload.replicas(), places));
        }
        return choices;
    }

    private static double best(
            List<List<Place>> choices, ToDoubleFunction<Figures> counted, List<Place> taken, double cost) {
        if (taken.size() == choices.size()) {
            return cost;
        }
        double best = Double.POSITIVE_INFINITY;
        for (Place place : choices.get(taken.size())) {
            long cpu = place.workload().cpuMillis();
            long memory = 300_000_000;
            boolean apart = true;
            for (Place other : taken) {
                boolean sameSite = other.site().id().equals(place.site().id());
                if (sameSite && other.node().name().equals(place.node().name())) {
                    cpu += other.workload().cpuMillis();
                    memory += 300_000_000;
                }
                apart &= !other.workload().name().equals(place.workload().name())
                        || place.workload().policy().spread() == Spread.NONE
                        || !sameSite;
            }
            if (apart
                    && cpu <= place.node().cpuMillis()
                    && memory <= place.node().memoryBytes()) {
                taken.add(place);
                best = Math.min(best, best(choices, counted, taken, cost + counted.applyAsDouble(place.walked())));
                taken.remove(taken.size() - 1);
            }
        }
        return best;
    }

    @Test
    void plansAreAsGoodAsTheBestOfAllPlans() {
        int feasible = 0;
        int infeasible = 0;
        for (long seed = 0; seed < 40; seed++) {
            PlacementProblem problem = HourlyProblems.small(seed);
            List<List<Place>> choices = choices(problem);
            for (PlacementStrategy strategy : COUNTED.keySet()) {
                PlacementPlan plan = quick(strategy).place(problem);
                double best = best(choices, COUNTED.get(strategy), new ArrayList<>(), 0);
                String where = "seed " + seed + " by " + strategy.name();
                assertThat(plan.proven()).as(where).isTrue();
                assertThat(plan.feasible()).as(where).isEqualTo(best < Double.POSITIVE_INFINITY);
                if (plan.feasible()) {
                    assertThat(plan.objective()).as(where).isCloseTo(best, within(1e-9 * (1 + best)));
                    feasible++;
                } else {
                    infeasible++;
                }
            }
        }
        assertThat(feasible).isGreaterThan(40);
        assertThat(infeasible).isGreaterThan(10);
    }

    @Test
    void everyFigureOfAPlanIsTheIntegralOverAWeek() {
        int checked = 0;
        for (long seed = 0; seed < 40; seed++) {
            PlacementPlan plan = quick(PlacementStrategies.energyEfficient()).place(HourlyProblems.small(seed));
            for (Assignment replica : plan.assignments()) {
                String where = "seed " + seed + ", " + replica;
                assertThat(walked(replica.workload(), replica.site(), replica.node()))
                        .as(where)
                        .hasSize(1)
                        .first()
                        .satisfies(walked -> {
                            assertThat(replica.estimate().moneyPerHour()).isCloseTo(walked.money(), within(1e-9));
                            assertThat(replica.estimate().watts()).isCloseTo(walked.watts(), within(1e-9));
                            assertThat(replica.estimate().gramsPerHour()).isCloseTo(walked.grams(), within(1e-8));
                        });
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(60);
    }

    /** A profile of one value all day, and windows that leave no time out, change no digit of any plan. */
    @Test
    void aDayOfEqualHoursIsAConstant() {
        for (long seed = 0; seed < 30; seed++) {
            PlacementProblem plain = RandomProblems.small(seed);
            List<Site> sites = plain.topology().sites().stream()
                    .map(HourlyPlacementPropertyTest::flatDay)
                    .toList();
            PlacementProblem hourly = new PlacementProblem(
                    plain.workloads(), new Topology(sites, plain.topology().network()));
            for (PlacementStrategy strategy :
                    List.of(PlacementStrategies.costEfficient(), PlacementStrategies.energyEfficient())) {
                PlacementEngine engine = quick(strategy);
                assertThat(engine.place(hourly).toJson())
                        .as("seed %d by %s", seed, strategy.name())
                        .isEqualTo(engine.place(plain).toJson());
            }
        }
    }

    private static Site flatDay(Site site) {
        Price price = site.price();
        return site.toBuilder()
                .price(new Price(0, 0, 0, price.perEgressGigabyte()))
                .hourly(Rate.NODE_HOUR, HourlyProfile.of(Collections.nCopies(24, price.perNodeHour())))
                .hourly(Rate.CORE_HOUR, HourlyProfile.of(Collections.nCopies(168, price.perCoreHour())))
                .hourly(Rate.ACCELERATOR_HOUR, HourlyProfile.of(Collections.nCopies(7, price.perAcceleratorHour())))
                .hourly(
                        Rate.CARBON,
                        HourlyProfile.of(Collections.nCopies(24, site.power().gramsPerKilowattHour())))
                .build();
    }

    /** Half of each day means half of what a whole day costs, and the same energy per inference. */
    @Test
    void aWorkloadOfHalfTheTimeCostsHalfAtConstantRates() {
        Site site = Samples.site("s")
                .price(new Price(1, 0.3, 0, 0.5, 0.2))
                .power(new Power(50, 90, 0, 400))
                .build();
        Workload always = Samples.workload("w").rate(20).requestBytes(10_000);
        Workload half = always.runs(Schedule.daily(LocalTime.of(7, 30), LocalTime.of(19, 30)));
        Assignment whole = PlacementEngine.defaults()
                .place(always)
                .across(List.of(site))
                .orThrow()
                .assignments()
                .get(0);
        Assignment part = PlacementEngine.defaults()
                .place(half)
                .across(List.of(site))
                .orThrow()
                .assignments()
                .get(0);
        assertThat(part.estimate().moneyPerHour()).isCloseTo(whole.estimate().moneyPerHour() / 2, within(1e-12));
        assertThat(part.estimate().watts()).isCloseTo(whole.estimate().watts() / 2, within(1e-12));
        assertThat(part.estimate().gramsPerHour()).isCloseTo(whole.estimate().gramsPerHour() / 2, within(1e-12));
        assertThat(part.estimate().joulesPerInference())
                .isEqualTo(whole.estimate().joulesPerInference());
        assertThat(part.estimate().latencyMillis()).isEqualTo(whole.estimate().latencyMillis());
    }
}
