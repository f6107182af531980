package io.edgeai.monitor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.SignalKind;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.resource.ResourceReading;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceWatchTest {
    private static final double MIB = 1 << 20;

    private final ResourceWatch watch = new ResourceWatch(FalseAlarmBudget.ofDefaults(), Windows.LENGTH);
    private final Random random = new Random(1);
    private long at;

    private double noisy(double value) {
        return value * (1 + 0.01 * random.nextGaussian());
    }

    private SignalView feed(int count, double cpu, double heap, double resident) {
        SignalView view = SignalView.unknown(SignalKind.RESOURCE, "-");
        for (int i = 0; i < count; i++) {
            at += 10_000;
            view = watch.update(at, new ResourceReading(noisy(cpu), noisy(heap), noisy(resident)));
        }
        return view;
    }

    @ParameterizedTest
    @CsvSource({
        "0.9,100,200,CPU use of the process rose from 30.\\d % to [89]\\d.\\d %.",
        "0.3,300,200,Heap of the process rose from (99|100|101) MiB to (29\\d|30\\d) MiB.",
        "0.3,100,4000,Resident memory of the process rose from (199|200|201) MiB to [34].\\d GiB."
    })
    void aStepOfAnyGaugeIsNamedFromWhatToWhat(double cpu, double heap, double resident, String sentence) {
        feed(300, 0.3, 100 * MIB, 200 * MIB);
        SignalView view = feed(10, cpu, heap * MIB, resident * MIB);
        assertThat(view.score()).isGreaterThan(0.5);
        assertThat(view.sentence()).matches(sentence.replace("30.", "(29|30)."));
        double worth = Math.min(0.3 / cpu, Math.min(100 / heap, 200 / resident));
        assertThat(view.value()).isCloseTo(worth, within(0.03));
    }

    @ParameterizedTest
    @CsvSource({"0.30,0.34,false", "0.01,0.08,false", "0.01,0.20,true", "0.60,0.69,false", "0.60,0.80,true"})
    void cpuMustRiseByAFifthAndByATenthOfTheProcessors(double before, double after, boolean alert) {
        feed(300, before, 100 * MIB, 200 * MIB);
        assertThat(feed(15, after, 100 * MIB, 200 * MIB).score() >= 0.5).isEqualTo(alert);
    }

    @Test
    void lessUseIsNoAlert() {
        feed(300, 0.9, 1000 * MIB, 2000 * MIB);
        for (int i = 0; i < 60; i++) {
            SignalView view = feed(1, 0.1, 100 * MIB, 200 * MIB);
            assertThat(view.score()).isLessThan(0.5);
            assertThat(view.value()).isEqualTo(1);
        }
    }

    @Test
    void whatCannotBeReadIsLeftOut() {
        SignalView nothing = watch.update(1, ResourceReading.NONE);
        assertThat(nothing.part().known()).isFalse();
        assertThat(nothing.sentence()).isEqualTo("No resource can be read on this machine.");
        feed(300, Double.NaN, 100 * MIB, Double.NaN);
        assertThat(feed(10, Double.NaN, 300 * MIB, Double.NaN).sentence()).startsWith("Heap");
    }

    /** One garbage collection is one value; three scales bound what it adds, so it is never an alert. */
    @Test
    void oneSpikeIsNoAlert() {
        feed(300, 0.3, 100 * MIB, 200 * MIB);
        for (int i = 0; i < 20; i++) {
            assertThat(feed(1, 0.3, 5000 * MIB, 200 * MIB).score()).isLessThan(0.5);
            feed(30, 0.3, 100 * MIB, 200 * MIB);
        }
    }

    /** As documented: less than half a scale (5 %) in 120 windows is followed, though the heap grows by half. */
    @Test
    void aSlowRampIsFollowedAndASteepOneReported() {
        assertThat(ramp(0.0001)).isFalse();
        assertThat(ramp(0.05)).isTrue();
    }

    private static boolean ramp(double growth) {
        Random noise = new Random(3);
        ResourceWatch watch = new ResourceWatch(FalseAlarmBudget.ofDefaults(), Windows.LENGTH);
        boolean alert = false;
        for (int i = 0; i < 5300; i++) {
            double heap = 100 * MIB * (1 + 0.05 * noise.nextGaussian() + growth * Math.max(0, i - 300));
            alert |= watch.update(10_000L * i, new ResourceReading(Double.NaN, heap, Double.NaN))
                            .score()
                    >= 0.5;
        }
        return alert;
    }
}
