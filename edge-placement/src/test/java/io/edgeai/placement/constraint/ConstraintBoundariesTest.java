package io.edgeai.placement.constraint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.cost.Candidate;
import io.edgeai.placement.cost.Estimate;
import io.edgeai.placement.cost.Headroom;
import io.edgeai.placement.model.Accelerator;
import io.edgeai.placement.model.AcceleratorNeed;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Schedule;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.TrainingData;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.spi.Constraint;
import io.edgeai.placement.spi.Violation;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each constraint at its bound, one unit over and one unit under, with figures set one by one. */
class ConstraintBoundariesTest {
    private static final long GB = 1_000_000_000L;
    private static final Headroom PLENTY = new Headroom(64_000, 64 * GB, 64 * GB, 1000, 64 * GB);

    private static Variant variant(long memory, long size, double accuracy) {
        return Variant.builder("v")
                .memoryBytes(memory)
                .sizeBytes(size)
                .accuracy(accuracy)
                .build();
    }

    private static Site site() {
        return Site.builder("s")
                .region("north")
                .cpuCores(64)
                .memoryBytes(64 * GB)
                .availability(0.99)
                .accelerators(1, new Accelerator("t4", 64 * GB, 1))
                .label("camera")
                .label("vpn")
                .build();
    }

    private static Estimate estimate(double latency, double utilisation) {
        return new Estimate(latency, latency, 0, 0, 0, 0, 1, utilisation, 1, 0, 0, 0, 1, 0, 0, 0, 0);
    }

    private static Candidate candidate(Workload workload, Site site, Headroom free, Estimate estimate) {
        return new Candidate(
                workload, workload.variants().get(0), site, site.nodes().get(0), free, estimate);
    }

    private static Candidate with(Workload workload, Headroom free) {
        return candidate(workload, site(), free, estimate(0, 0));
    }

    private static void allowed(Constraint constraint, Candidate candidate) {
        assertThat(constraint.allows(candidate)).as(constraint.name()).isTrue();
    }

    private static Violation refused(Constraint constraint, Candidate candidate, long required, long actual) {
        return refused(constraint, candidate, (double) required, (double) actual);
    }

    private static Violation refused(Constraint constraint, Candidate candidate, double required, double actual) {
        assertThat(constraint.allows(candidate)).as(constraint.name()).isFalse();
        Violation violation = constraint.explain(candidate);
        assertThat(violation.constraint()).isEqualTo(constraint.name());
        assertThat(violation.required()).isEqualTo(required);
        assertThat(violation.actual()).isEqualTo(actual);
        assertThat(violation.amount()).isEqualTo(Math.abs(required - actual));
        return violation;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 999, 1000, 1001, 63_999, 64_000})
    void cpuToTheMilli(long free) {
        Headroom headroom = new Headroom(free, GB, GB, 0, 0);
        Workload workload = Workload.of("w", variant(1, 1, 1));
        allowed(ResourceConstraints.cpu(), with(workload.cpuMillis(free), headroom));
        allowed(ResourceConstraints.cpu(), with(workload.cpuMillis(free - 1), headroom));
        Violation over =
                refused(ResourceConstraints.cpu(), with(workload.cpuMillis(free + 1), headroom), free + 1, free);
        assertThat(over.amount()).isEqualTo(1);
        assertThat(over.unit()).isEqualTo("millicores");
        assertThat(over.effort()).isCloseTo(1.0 / (free + 1), within(1e-15));
        assertThat(over.repair()).isEqualTo("lower CPU by 1 millicores to " + free + " millicores");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 4095, 999_999, 1_000_000, 1_234_567, 4_294_967_296L})
    void memoryAndDiskToTheByte(long free) {
        Headroom headroom = new Headroom(64_000, free, free, 0, 0);
        Workload fits = Workload.of("w", variant(free, free, 1));
        allowed(ResourceConstraints.memory(), with(fits, headroom));
        allowed(ResourceConstraints.disk(), with(fits, headroom));
        Workload over = Workload.of("w", variant(free + 1, free + 1, 1));
        assertThat(refused(ResourceConstraints.memory(), with(over, headroom), free + 1, free)
                        .message())
                .endsWith(": 1 bytes short");
        assertThat(refused(ResourceConstraints.disk(), with(over, headroom), free + 1, free)
                        .unit())
                .isEqualTo("bytes");
    }

    @ParameterizedTest
    @CsvSource({
        "999999,999999 bytes",
        "1000000,1 MB",
        "1999999,1.999 MB",
        "499999999,499.999 MB",
        "123456789,123.456 MB",
        "7,7 bytes"
    })
    void whatARepairLeavesNeverExceedsWhatIsFree(long free, String left) {
        Headroom headroom = new Headroom(64_000, free, free, 0, 0);
        Workload over = Workload.of("w", variant(free + 1, 0, 1));
        assertThat(ResourceConstraints.memory().explain(with(over, headroom)).repair())
                .endsWith(" to " + left);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 250, 999, 1000})
    void acceleratorShareToTheMilli(int free) {
        Workload workload = Workload.of("w", variant(1, 1, 1));
        Headroom headroom = new Headroom(64_000, GB, GB, free, GB);
        allowed(ResourceConstraints.accelerator(), with(workload.accelerator("t4", free, GB), headroom));
        allowed(ResourceConstraints.accelerator(), with(workload, new Headroom(64_000, GB, GB, 0, 0)));
        if (free < 1000) {
            refused(
                    ResourceConstraints.accelerator(),
                    with(workload.accelerator("t4", free + 1, GB), headroom),
                    free + 1,
                    free);
        }
        Violation memory = refused(
                ResourceConstraints.accelerator(),
                with(workload.accelerator("t4", free, GB + 1), headroom),
                GB + 1,
                GB);
        assertThat(memory.unit()).isEqualTo("bytes");
    }

    @Test
    void aShareThatIsShortIsToldBeforeTheMemory() {
        Workload workload = Workload.of("w", variant(1, 1, 1)).accelerator("t4", 500, 2 * GB);
        Violation both =
                refused(ResourceConstraints.accelerator(), with(workload, new Headroom(1, 1, 1, 400, GB)), 500, 400);
        assertThat(both.unit()).isEqualTo("milli");
        assertThat(both.effort()).isCloseTo(0.2, within(1e-15));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.5, 0.95, 0.999})
    void throughputAtItsLimit(double limit) {
        Constraint constraint = ServiceConstraints.throughput(limit);
        Workload workload = Workload.of("w", variant(1, 1, 1)).rate(100);
        allowed(constraint, candidate(workload, site(), PLENTY, estimate(0, limit)));
        allowed(constraint, candidate(workload, site(), PLENTY, estimate(0, 0)));
        Violation over = refused(
                constraint,
                candidate(workload, site(), PLENTY, estimate(0, Math.nextUp(limit))),
                limit,
                Math.nextUp(limit));
        assertThat(over.effort()).isNotNegative().isLessThan(1e-12);
        Violation twice =
                refused(constraint, candidate(workload, site(), PLENTY, estimate(0, 2 * limit)), limit, 2 * limit);
        assertThat(twice.effort()).isCloseTo(0.5, within(1e-12));
        assertThat(twice.repair()).isEqualTo("use 2 replicas or lower the rate to 50/s");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -0.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY})
    void aLimitThatIsNoUtilisationIsNamed(double limit) {
        assertThatThrownBy(() -> ServiceConstraints.throughput(limit))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(" + limit + ")");
    }

    @Test
    void overloadCountsReplicasByTheLoadOfAll() {
        Workload workload = Workload.of("w", variant(1, 1, 1)).rate(300).replicas(3);
        Violation over =
                ServiceConstraints.throughput(0.5).explain(candidate(workload, site(), PLENTY, estimate(0, 1.25)));
        assertThat(over.repair()).isEqualTo("use 8 replicas or lower the rate to 120/s");
        assertThat(over.message()).contains("180 requests/s too many");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20, 1000, 60_000})
    void latencyAtItsBound(int millis) {
        Workload workload = Workload.of("w", variant(1, 1, 1)).p99(Duration.ofMillis(millis));
        allowed(ServiceConstraints.latency(), candidate(workload, site(), PLENTY, estimate(millis, 0)));
        Violation over = refused(
                ServiceConstraints.latency(),
                candidate(workload, site(), PLENTY, estimate(millis + 1, 0)),
                millis,
                millis + 1);
        assertThat(over.effort()).isCloseTo(1.0 / millis, within(1e-12));
        assertThat(over.repair()).isEqualTo("raise p99 to " + (millis + 1) + " ms");
        Violation little =
                ServiceConstraints.latency().explain(candidate(workload, site(), PLENTY, estimate(millis + 0.001, 0)));
        assertThat(little.repair()).isEqualTo("raise p99 to " + (millis + 1) + " ms");
    }

    @Test
    void anUnboundedLatencyAllowsAllButTheInfinite() {
        Workload workload = Workload.of("w", variant(1, 1, 1));
        allowed(ServiceConstraints.latency(), candidate(workload, site(), PLENTY, estimate(1e12, 0)));
        Candidate unreachable = candidate(workload, site(), PLENTY, estimate(Double.POSITIVE_INFINITY, 0));
        assertThat(ServiceConstraints.latency().allows(unreachable)).isFalse();
        Violation violation = ServiceConstraints.latency().explain(unreachable);
        assertThat(violation.amount())
                .as("infinite minus infinite must not be no number")
                .isInfinite();
        assertThat(violation.effort()).isEqualTo(1);
        assertThat(violation.message()).isEqualTo("no link from an origin is known");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.5, 0.9, 0.99, 1})
    void accuracyAndAvailabilityAtTheirBounds(double bound) {
        Site site = site().toBuilder().availability(bound).build();
        Workload workload =
                Workload.of("w", variant(1, 1, bound)).accuracyAtLeast(bound).availabilityAtLeast(bound);
        Candidate exact = candidate(workload, site, PLENTY, estimate(0, 0));
        allowed(ServiceConstraints.accuracy(), exact);
        allowed(ServiceConstraints.availability(), exact);
        double below = Math.nextDown(bound);
        Workload lower =
                Workload.of("w", variant(1, 1, below)).accuracyAtLeast(bound).availabilityAtLeast(bound);
        Candidate under = candidate(lower, site.toBuilder().availability(below).build(), PLENTY, estimate(0, 0));
        refused(ServiceConstraints.accuracy(), under, bound, below);
        refused(ServiceConstraints.availability(), under, bound, below);
    }

    @ParameterizedTest
    @CsvSource({"0.8765,0.876", "0.9,0.9", "0.9999,0.999", "0.12345,0.123"})
    void aLoweredWishIsRoundedDownSoThatItIsMet(double actual, String wish) {
        Workload workload = Workload.of("w", variant(1, 1, actual)).accuracyAtLeast(1);
        Violation violation =
                refused(ServiceConstraints.accuracy(), candidate(workload, site(), PLENTY, estimate(0, 0)), 1, actual);
        assertThat(violation.repair()).isEqualTo("lower the wanted accuracy to " + wish);
        allowed(
                ServiceConstraints.accuracy(),
                candidate(workload.accuracyAtLeast(Double.parseDouble(wish)), site(), PLENTY, estimate(0, 0)));
    }

    @Test
    void residencyComparesExactly() {
        Workload workload = Workload.of("w", variant(1, 1, 1));
        for (String near : List.of("North", "north ", "nort", "northern")) {
            refused(PolicyConstraints.residency(), with(workload.residency(near), PLENTY), 0, 1);
        }
        allowed(PolicyConstraints.residency(), with(workload.residency("south", "north"), PLENTY));
        allowed(PolicyConstraints.residency(), with(workload, PLENTY));
        Site nowhere = Site.builder("n").cpuCores(1).memoryBytes(1).build();
        assertThat(PolicyConstraints.residency()
                        .allows(candidate(workload.residency("north"), nowhere, PLENTY, estimate(0, 0))))
                .as("a site of unknown region is in none")
                .isFalse();
    }

    @Test
    void eachMissingLabelCounts() {
        Workload workload = Workload.of("w", variant(1, 1, 1));
        allowed(PolicyConstraints.labels(), with(workload.requires("camera", "vpn"), PLENTY));
        refused(PolicyConstraints.labels(), with(workload.requires("camera", "gps"), PLENTY), 0, 1);
        Violation three =
                refused(PolicyConstraints.labels(), with(workload.requires("x", "y", "z", "vpn"), PLENTY), 0, 3);
        assertThat(three.repair()).isEqualTo("do without [x, y, z]");
        assertThat(three.effort()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"0,true,false", "0,false,false", "1,false,false", "1,true,true"})
    void trainingDataNeedsOneSampleAndConsent(long samples, boolean optedIn, boolean allows) {
        Site site = site().toBuilder()
                .trainingData(new TrainingData(samples, optedIn))
                .build();
        Workload workload = Workload.of("w", variant(1, 1, 1));
        Candidate plain = candidate(workload, site, PLENTY, estimate(0, 0));
        Candidate learner = candidate(workload.federated(), site, PLENTY, estimate(0, 0));
        allowed(PolicyConstraints.federated(), plain);
        assertThat(PolicyConstraints.federated().allows(learner)).isEqualTo(allows);
        assertThat(PolicyConstraints.federatedReady().allows(plain)).isEqualTo(allows);
        if (!allows) {
            assertThat(PolicyConstraints.federated().explain(learner).repair())
                    .isEqualTo(samples == 0 ? "do without training data" : "ask the owner of s to opt in");
        }
    }

    @Test
    void onlyWhatAnAcceleratorNeedAcceptsCountsAsOne() {
        Node mixed = new Node(
                "m",
                1000,
                GB,
                GB,
                "cpu",
                1,
                List.of(new Accelerator("t4", 4 * GB, 1), new Accelerator("a100", 40 * GB, 1)));
        assertThat(Headroom.ofEmpty(mixed, new AcceleratorNeed("t4", 1, 0)).acceleratorMemoryBytes())
                .isEqualTo(4 * GB);
        assertThat(Headroom.ofEmpty(mixed, new AcceleratorNeed("a100", 1, 0)).acceleratorMemoryBytes())
                .isEqualTo(40 * GB);
        assertThat(Headroom.ofEmpty(mixed, new AcceleratorNeed("tpu", 1, 0)).acceleratorMilli())
                .isZero();
        assertThat(Headroom.ofEmpty(mixed, AcceleratorNeed.NONE).acceleratorMilli())
                .isZero();
    }

    @Test
    void everyStandardConstraintExplainsWhatItRefuses() {
        Workload greedy = Workload.of("w", variant(2 * GB, 2 * GB, 0.5))
                .cpuCores(64.001)
                .accelerator("tpu", 1000, 1)
                .p99(Duration.ofMillis(1))
                .accuracyAtLeast(0.9)
                .availabilityAtLeast(1)
                .residency("moon")
                .requires("crater")
                .federated();
        Site resting = Site.builder("s")
                .availability(0.99)
                .node(site().nodes().get(0).on(Schedule.never()))
                .build();
        Candidate candidate = candidate(greedy, resting, new Headroom(0, 0, 0, 0, 0), estimate(2, 2));
        for (Constraint constraint : Constraints.standard()) {
            assertThat(constraint.allows(candidate)).as(constraint.name()).isFalse();
            Violation violation = constraint.explain(candidate);
            assertThat(violation.constraint()).isEqualTo(constraint.name());
            assertThat(violation.amount()).as(constraint.name()).isPositive();
            assertThat(violation.effort()).as(constraint.name()).isPositive().isLessThanOrEqualTo(1);
            assertThat(violation.message()).isNotBlank();
            assertThat(violation.repair()).isNotBlank();
        }
        assertThat(Set.copyOf(Constraints.standard())).hasSize(12);
    }
}
