package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.edgeai.core.concurrent.Ample;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.TinyModels;
import io.edgeai.core.testing.Ort;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(600)
class RequestTapTest {
    private static final VersionRef V1 = VersionRef.of("tapped", 1);
    private static final Signature ONE_IN_ONE_OUT = new Signature(
            List.of(TensorSpec.of("x", ElementType.FLOAT, 2)), List.of(TensorSpec.of("y", ElementType.FLOAT, 2)));

    private final List<TappedRequest> tapped = Collections.synchronizedList(new ArrayList<>());

    /** y = 3x. */
    private static ModelEndpoint endpoint(double fraction, Consumer<TappedRequest> consumer) {
        return ModelEndpoint.builder()
                .opener(version -> Ort.runtime().open(TinyModels.affine(3), SessionOptions.defaults()))
                .split(TrafficSplit.all(V1))
                .tap(fraction, consumer)
                .build();
    }

    @Test
    void everyKindOfRequestIsTappedAsItWasAnswered() {
        float[][] answers = new float[3][];
        String input;
        String output;
        try (ModelEndpoint endpoint = endpoint(1, tapped::add)) {
            input = endpoint.signature().inputs().get(0).name();
            output = endpoint.signature().outputs().get(0).name();
            int length = (int) endpoint.signature().inputs().get(0).elements();
            float[] sample = new float[length];
            sample[0] = 5;
            answers[0] = endpoint.predict(sample);
            long[] shape = endpoint.signature().inputs().get(0).shape().stream()
                    .mapToLong(dim -> dim.known() ? dim.size() : 1)
                    .toArray();
            answers[1] = endpoint.predict(Map.of(input, Tensor.of(sample, shape)))
                    .get(output)
                    .floats();
            answers[2] = endpoint.predictAsync(sample).join();
            sample[0] = 99;
            Ample.await().until(() -> tapped.size() == 3);
        }

        assertThat(tapped).hasSize(3);
        for (int i = 0; i < 3; i++) {
            TappedRequest request = tapped.get(i);
            assertThat(request.version()).isEqualTo(V1);
            assertThat(request.inputs().get(input).floats()[0])
                    .as("a copy of what was asked")
                    .isEqualTo(5);
            assertThat(request.outputs().get(output).floats()).containsExactly(answers[i]);
            assertThat(request.latencyNanos()).isPositive();
        }
    }

    @Test
    void whoConsumesSlowlyLosesRequestsAndDelaysNobody() {
        CountDownLatch gate = new CountDownLatch(1);
        int calls = 3000;
        try (ModelEndpoint endpoint = endpoint(1, request -> {
            awaitOpen(gate);
            tapped.add(request);
        })) {
            float[] sample =
                    new float[(int) endpoint.signature().inputs().get(0).elements()];
            for (int i = 0; i < calls; i++) {
                endpoint.predict(sample);
            }
            assertThat(endpoint.tapDropped())
                    .as("all but 1024 that wait and one at work")
                    .isEqualTo(1975);
            gate.countDown();
            Ample.await().until(() -> tapped.size() == 1025);
        }
    }

    @Test
    void closingHandsOverWhatWaits() throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch atWork = new CountDownLatch(1);
        RequestTap tap = tap(1, request -> {
            atWork.countDown();
            awaitOpen(gate);
            tapped.add(request);
        });
        for (int i = 0; i < 100; i++) {
            tap.offer(V1, ONE_IN_ONE_OUT, new float[2], new float[2], 1);
        }
        atWork.await();
        assertThat(tapped).isEmpty();
        gate.countDown();
        tap.close();
        assertThat(tapped).hasSize(100);
    }

    /** Closing it waits for the consumer however busy the machine is. */
    private static RequestTap tap(double fraction, Consumer<TappedRequest> consumer) {
        return new RequestTap(fraction, consumer, Ample.TIME);
    }

    private static void awaitOpen(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Binomial: 20,000 draws at 0.05 have mean 1000 and standard deviation 31; bounds are 6 of them. */
    @Test
    void aPartOfTheRequestsIsTaken() {
        RequestTap tap = tap(0.05, tapped::add);
        for (int i = 0; i < 20_000; i++) {
            tap.offer(V1, ONE_IN_ONE_OUT, new float[2], new float[2], 1);
        }
        tap.close();
        assertThat((double) tapped.size() + tap.dropped()).isCloseTo(1000, within(186.0));
    }

    /** At 1 in 10^9 hardly any of these is drawn; one or two would stay far below the bound. */
    @Test
    void aRequestThatIsNotDrawnCostsNoMemory() {
        RequestTap tap = tap(1e-9, tapped::add);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        float[] values = new float[2];
        tap.offer(V1, ONE_IN_ONE_OUT, values, values, 1);
        long own = Thread.currentThread().getId();
        threads.getThreadAllocatedBytes(own);
        long before = threads.getThreadAllocatedBytes(own);
        for (int i = 0; i < 100_000; i++) {
            tap.offer(V1, ONE_IN_ONE_OUT, values, values, 1);
        }
        assertThat(threads.getThreadAllocatedBytes(own) - before)
                .as("bytes for 100,000 requests; a single copy each would be 2,400,000")
                .isLessThan(100_000);
        tap.close();
    }

    @Test
    void aTextTensorIsCopiedToo() {
        RequestTap tap = tap(1, tapped::add);
        Map<String, Tensor> texts = Map.of("t", Tensor.of(new String[] {"a", "b"}, 2));
        tap.offer(V1, texts, texts, 7);
        tap.close();
        assertThat(tapped.get(0).inputs().get("t")).isNotSameAs(texts.get("t"));
        assertThat(tapped.get(0).inputs().get("t").strings()).containsExactly("a", "b");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, 1.1, Double.NaN})
    void aFractionHasBounds(double fraction) {
        assertThatThrownBy(() -> ModelEndpoint.builder().tap(fraction, tapped::add))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(" + fraction + ")");
    }
}
