package io.edgeai.core.serving.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.edgeai.core.model.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random tensors of every type, against exact decimal arithmetic and bytes put together by hand. */
class TensorRoundTripPropertyTest {
    private static final int SAMPLES = 200;
    private static final long SEEDS = new SplittableRandom().nextLong();
    private static final JsonMapper EXACT = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final InferRequestReader reader = InferRequestReader.ofDefaults();
    private final InferResponseWriter writer = new InferResponseWriter();

    @ParameterizedTest
    @EnumSource(WireSample.Type.class)
    void jsonIsReadToTheLastBitHoweverItIsLaidOut(WireSample.Type type) {
        for (long seed = SEEDS; seed < SEEDS + SAMPLES; seed++) {
            Random random = new Random(seed);
            WireSample sample = new WireSample(type, random);
            String[] members = {
                "\"name\":\"x\"",
                "\"shape\":" + Arrays.toString(sample.shape),
                "\"datatype\":\"" + type + "\"",
                "\"data\" : " + sample.json(random.nextBoolean())
            };
            for (int i = members.length - 1; i > 0; i--) {
                int j = random.nextInt(i + 1);
                String member = members[i];
                members[i] = members[j];
                members[j] = member;
            }
            String request = "{\"inputs\":[{" + String.join(",", members) + "}]}";

            Tensor read = reader.read(request.getBytes(StandardCharsets.UTF_8))
                    .inputs()
                    .get("x");

            assertThat(read.type()).isEqualTo(type.element);
            assertThat(read.shape()).as("seed %d", seed).containsExactly(sample.shape);
            assertThat(read.bytes())
                    .as("seed %d: %s", seed, request)
                    .isEqualTo(sample.tensor().bytes());
        }
    }

    @ParameterizedTest
    @EnumSource(WireSample.Type.class)
    void jsonIsWrittenSoThatItReadsBackToTheSameBits(WireSample.Type type) throws IOException {
        for (long seed = SEEDS; seed < SEEDS + SAMPLES; seed++) {
            WireSample sample = new WireSample(type, new Random(seed));
            ProtocolBody body = writer.write(answer(sample, false));

            JsonNode output = EXACT.readTree(body.bytes()).get("outputs").get(0);

            assertThat(output.get("datatype").asText()).isEqualTo(type.name());
            assertThat(output.get("shape")).hasSize(sample.shape.length);
            assertThat(output.get("data")).as("seed %d", seed).hasSize(sample.patterns.length);
            for (int i = 0; i < sample.patterns.length; i++) {
                JsonNode element = output.get("data").get(i);
                BigDecimal number = type == WireSample.Type.BOOL
                        ? new BigDecimal(element.asBoolean() ? 1 : 0)
                        : element.decimalValue();
                assertThat(sample.equals(i, number))
                        .as("seed %d, %s of %s", seed, element, sample.json(i))
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(WireSample.Type.class)
    void bytesAreReadAndWrittenAsTheyAre(WireSample.Type type) throws IOException {
        for (long seed = SEEDS; seed < SEEDS + SAMPLES; seed++) {
            WireSample sample = new WireSample(type, new Random(seed));
            byte[] json = ("{\"inputs\":[{\"name\":\"x\",\"shape\":" + Arrays.toString(sample.shape)
                            + ",\"datatype\":\"" + type + "\",\"parameters\":{\"binary_data_size\":"
                            + sample.littleEndian().length + "}}]}")
                    .getBytes(StandardCharsets.UTF_8);
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            request.write(json);
            request.write(sample.littleEndian());

            Tensor read =
                    reader.read(request.toByteArray(), json.length).inputs().get("x");
            ProtocolBody answer = writer.write(answer(sample, true));

            assertThat(read.bytes())
                    .as("seed %d", seed)
                    .isEqualTo(sample.tensor().bytes());
            byte[] all = answer.bytes();
            assertThat(Arrays.copyOfRange(all, answer.jsonLength(), all.length))
                    .as("seed %d", seed)
                    .isEqualTo(sample.littleEndian());
        }
    }

    private static InferResponse answer(WireSample sample, boolean binary) {
        InferRequest request = new InferRequest(Optional.empty(), Parameters.NONE, Map.of(), List.of(), binary);
        return InferResponse.of(request, "m", Optional.empty(), Map.of("y", sample.tensor()));
    }
}
