package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.VersionRef;
import io.edgeai.core.spi.InferenceListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Versions that wait, against a plain table of who came when, on a clock that may pass its greatest value. */
class StandbyPropertyTest {
    private final AtomicLong clock = new AtomicLong();
    private final List<Arm> made = new ArrayList<>();

    private Arm arm(int number) {
        Arm arm = new Arm(
                VersionRef.of("m", number),
                FakeSession.doubling(clock, 0, 0),
                InferenceListener.NONE,
                BatchProfile.UNKNOWN,
                new Arm.Settings(clock::get, -1));
        made.add(arm);
        return arm;
    }

    @AfterEach
    void close() {
        made.forEach(Arm::close);
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 50", "2, 9223372036854775000, 50", "3, -9223372036854775808, 7", "4, 9223372036854775807, 0"})
    void everyoneStaysExactlyItsTime(long seed, long start, long nanos) {
        Random random = new Random(seed);
        Standby standby = new Standby(nanos);
        Map<VersionRef, Long> ages = new TreeMap<>();
        Map<VersionRef, Arm> arms = new TreeMap<>();
        long now = start;
        for (int round = 0; round < 2000; round++) {
            VersionRef version = VersionRef.of("m", 1 + random.nextInt(6));
            String context = "seed %d, round %d".formatted(seed, round);
            switch (random.nextInt(4)) {
                case 0 -> {
                    Arm arm = round < 200 ? arm(version.number()) : made.get(random.nextInt(made.size()));
                    standby.add(arm, now);
                    ages.putIfAbsent(arm.version, 0L);
                    arms.putIfAbsent(arm.version, arm);
                }
                case 1 -> {
                    standby.remove(version);
                    ages.remove(version);
                    arms.remove(version);
                }
                case 2 -> {
                    long step = random.nextInt(20);
                    now += step;
                    ages.replaceAll((waiting, age) -> age + step);
                }
                default -> {
                    List<Arm> over = standby.expired(now);
                    List<Arm> expected = new ArrayList<>();
                    ages.forEach((waiting, age) -> {
                        if (age >= nanos) {
                            expected.add(arms.get(waiting));
                        }
                    });
                    assertThat(over).as(context).containsExactlyInAnyOrderElementsOf(expected);
                    ages.values().removeIf(age -> age >= nanos);
                    arms.keySet().retainAll(ages.keySet());
                }
            }
            assertThat(standby.arms()).as(context).isEqualTo(arms);
        }
    }

    /** A version that is added while it waits keeps its first arm and its first moment. */
    @Test
    void addingAgainNeitherReplacesNorProlongs() {
        Standby standby = new Standby(10);
        Arm first = arm(1);
        Arm again = arm(1);
        standby.add(first, 0);
        standby.add(again, 9);
        assertThat(standby.expired(9)).isEmpty();
        assertThat(standby.expired(10)).containsExactly(first);
        assertThat(standby.arms()).isEmpty();
    }

    @Test
    void whatIsHandedOutIsACopy() {
        Standby standby = new Standby(10);
        standby.add(arm(1), 0);
        standby.arms().clear();
        assertThat(standby.arms()).containsOnlyKeys(VersionRef.of("m", 1));
    }
}
