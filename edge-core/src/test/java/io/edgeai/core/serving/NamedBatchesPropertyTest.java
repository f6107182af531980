package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batched answers of ONNX Runtime, byte for byte against a run of each request alone, for every type it takes. */
class NamedBatchesPropertyTest {
    private static final List<ElementType> TYPES = List.of(
            ElementType.FLOAT,
            ElementType.DOUBLE,
            ElementType.INT8,
            ElementType.UINT8,
            ElementType.INT16,
            ElementType.INT32,
            ElementType.INT64,
            ElementType.BOOL,
            ElementType.FLOAT16,
            ElementType.BFLOAT16,
            ElementType.STRING);

    private final AtomicLong clock = new AtomicLong();
    private final AtomicInteger runs = new AtomicInteger();

    /** Echoes each type [N, A, B], and gives the largest of the floats over A, [N, B], and their squares besides. */
    private static byte[] model(List<ElementType> types) {
        OnnxGraph graph = OnnxGraph.create("types", 17);
        for (ElementType type : types) {
            graph.inputs().add(value("in-" + type, type, 3));
            graph.add("Identity", "echo-" + type, List.of("in-" + type), List.of("out-" + type));
            graph.outputs().add(value("out-" + type, type, 3));
        }
        if (types.contains(ElementType.FLOAT)) {
            graph.add("ReduceMax", "most", List.of("in-FLOAT"), List.of("most"))
                    .attribute("axes", new long[] {1})
                    .attribute("keepdims", 0);
            graph.outputs().add(value("most", ElementType.FLOAT, 2));
            graph.add("Mul", "square", List.of("in-FLOAT", "in-FLOAT"), List.of("square"));
            graph.outputs().add(value("square", ElementType.FLOAT, 3));
        }
        return OnnxWriter.toBytes(graph);
    }

    private static OnnxValue value(String name, ElementType type, int rank) {
        List<Dim> all = List.of(Dim.symbolic("N"), Dim.symbolic("A"), Dim.symbolic("B"));
        return new OnnxValue(name, new OnnxType.OfTensor(type, rank == 3 ? all : List.of(all.get(0), all.get(2))));
    }

    private static Tensor tensor(ElementType type, SplittableRandom random, long... shape) {
        int elements = (int) (shape[0] * shape[1] * shape[2]);
        if (type == ElementType.STRING) {
            String[] texts = new String[elements];
            for (int i = 0; i < elements; i++) {
                texts[i] = random.nextInt(4) == 0 ? "" : "é" + random.nextInt();
            }
            return Tensor.of(texts, shape);
        }
        if (type == ElementType.FLOAT) {
            float[] values = new float[elements];
            for (int i = 0; i < elements; i++) {
                values[i] =
                        random.nextInt(50) == 0 ? Float.POSITIVE_INFINITY : (float) (random.nextDouble() * 200 - 100);
            }
            return Tensor.of(values, shape);
        }
        byte[] bytes = new byte[(int) type.bytes(elements)];
        random.nextBytes(bytes);
        for (int i = 0; i < bytes.length && type == ElementType.BOOL; i++) {
            bytes[i] &= 1;
        }
        return Tensor.ofBytes(type, bytes, shape);
    }

    private static List<Map<String, Tensor>> requests(List<ElementType> types, SplittableRandom random) {
        List<Map<String, Tensor>> requests = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            long rows = random.nextInt(20) == 0 ? 0 : 1 + random.nextInt(4);
            long a = 1L + random.nextInt(2);
            long b = 1L + random.nextInt(2);
            Map<String, Tensor> request = new LinkedHashMap<>();
            types.forEach(type -> request.put("in-" + type, tensor(type, random, rows, a, b)));
            requests.add(request);
        }
        return requests;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void batchedAnswersAreThoseOfEachAlone(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ElementType> types = new ArrayList<>();
        for (ElementType type : TYPES) {
            if (random.nextInt(3) > 0) {
                types.add(type);
            }
        }
        if (types.isEmpty()) {
            types.add(ElementType.STRING);
        }
        String what = "seed " + seed + ", types " + types;
        try (InferenceSession alone = new OnnxRuntimeEngine().open(model(types), SessionOptions.defaults());
                ModelEndpoint endpoint = ModelEndpoint.builder()
                        .opener(version ->
                                counted(new OnnxRuntimeEngine().open(model(types), SessionOptions.defaults())))
                        .split(TrafficSplit.all(VersionRef.of("m", 1)))
                        .ticker(clock::get)
                        .maxBatch(8 + random.nextInt(40))
                        .build()) {
            List<Map<String, Tensor>> requests = List.of();
            for (int round = 0; round < 3; round++) {
                requests = requests(types, random);
                List<CompletableFuture<Map<String, Tensor>>> later = new ArrayList<>();
                requests.forEach(request -> later.add(endpoint.predictAsync(request)));
                List<Map<String, Tensor>> bulk = endpoint.predictAll(requests);
                for (int i = 0; i < requests.size(); i++) {
                    Map<String, Tensor> expected = alone.run(requests.get(i));
                    assertSame(bulk.get(i), expected, what + ", request " + i);
                    assertSame(later.get(i).join(), expected, what + ", later request " + i);
                }
            }
            assertThat(endpoint.predictAll(requests)).hasSize(60);
            runs.set(0);
            assertThat(endpoint.predictAll(requests)).hasSize(60);
            assertThat(runs.get())
                    .as(what + ": runs, once all sizes were tried")
                    .isLessThan(40);
        }
    }

    /** Each run costs 100 µs of the hand-set clock, so that sharing one pays whatever the machine does. */
    private InferenceSession counted(InferenceSession session) {
        return new ForwardingSession(session) {
            @Override
            public Map<String, Tensor> run(Map<String, Tensor> inputs, @Nullable Duration deadline) {
                runs.incrementAndGet();
                clock.addAndGet(100_000);
                return super.run(inputs, deadline);
            }
        };
    }

    private static void assertSame(Map<String, Tensor> answer, Map<String, Tensor> expected, String what) {
        assertThat(answer.keySet()).as(what).containsExactlyElementsOf(expected.keySet());
        expected.forEach((name, tensor) -> {
            Tensor given = NamedSession.tensor(answer, name);
            assertThat(given.shape()).as(what + ", " + name).containsExactly(tensor.shape());
            assertThat(given.type()).as(what + ", " + name).isEqualTo(tensor.type());
            if (tensor.type() == ElementType.STRING) {
                assertThat(given.strings()).as(what + ", " + name).containsExactly(tensor.strings());
            } else {
                assertThat(given.bytes()).as(what + ", " + name).containsExactly(tensor.bytes());
            }
        });
    }
}
