package io.edgeai.core.serving.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random requests, most of them slightly wrong, against the rules written a second time over a tree. */
class RequestGrammarPropertyTest {
    private static final int REQUESTS = 20_000;
    private static final String[] TYPES = {
        "BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP32", "FP64"
    };
    private static final String[] NUMBERS = {
        "0",
        "1",
        "-1",
        "2",
        "127",
        "128",
        "-128",
        "-129",
        "255",
        "256",
        "65535",
        "65536",
        "32768",
        "2147483648",
        "-2147483649",
        "4294967295",
        "4294967296",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "0.5",
        "1.0",
        "-0.1",
        "1e3",
        "3.4028236e38",
        "3.5e38",
        "1e308",
        "1e309",
        "16777217",
        "0.1000000000000000055511151231257827",
        "1E-50",
        "true",
        "false",
        "null",
        "\"1\"",
        "[1]",
        "{}"
    };
    private static final JsonMapper EXACT = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final InferRequestReader reader = InferRequestReader.ofDefaults();

    @Test
    void theReaderTakesWhatTheRulesAllowAndNothingElse() throws IOException {
        long first = new SplittableRandom().nextLong();
        int taken = 0;
        int refused = 0;
        for (long seed = first; seed < first + REQUESTS; seed++) {
            String request = request(new Random(seed));
            List<BigDecimal> expected;
            try {
                expected = ReferenceReader.elements(EXACT.readTree(request));
                taken++;
            } catch (ReferenceReader.Refused e) {
                expected = null;
                refused++;
            }

            List<BigDecimal> read;
            try {
                read = elements(reader.read(request.getBytes(StandardCharsets.UTF_8))
                        .inputs()
                        .get("x"));
            } catch (InvalidInputException e) {
                read = null;
            }

            assertThat(read == null).as("seed %d refuses %s", seed, request).isEqualTo(expected == null);
            if (expected != null && read != null) {
                assertThat(read).as("seed %d, %s", seed, request).hasSameSizeAs(expected);
                for (int i = 0; i < read.size(); i++) {
                    assertThat(read.get(i)).as("seed %d, %s", seed, request).isEqualByComparingTo(expected.get(i));
                }
            }
        }
        assertThat(Math.min(taken, refused))
                .as("requests of each kind, first seed %d", first)
                .isGreaterThan(500);
    }

    private static String request(Random random) {
        String type = TYPES[random.nextInt(TYPES.length)];
        int[] shape = random.ints(random.nextInt(4), 0, 4).toArray();
        List<String> simple = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            simple.add(NUMBERS[random.nextInt(random.nextInt(3) == 0 ? NUMBERS.length : 2)]);
        }
        String data = random.nextBoolean() && shape.length > 0
                ? nested(shape, 0, simple, random)
                : flat(product(shape) + wrong(random), simple);
        StringBuilder dimensions = new StringBuilder();
        for (int dimension : shape) {
            dimensions.append(dimensions.isEmpty() ? "" : ",").append(dimension);
        }
        List<String> members = new ArrayList<>(List.of(
                "\"shape\":[" + dimensions + "]",
                "\"datatype\":\"" + type + "\"",
                "\"data\":" + data,
                "\"name\":\"x\""));
        Collections.shuffle(members, random);
        return "{\"inputs\":[{" + String.join(",", members) + "}]}";
    }

    /** Now and then one more or one less than there should be. */
    private static int wrong(Random random) {
        return random.nextInt(8) == 0 ? random.nextInt(3) - 1 : 0;
    }

    private static int product(int[] shape) {
        int product = 1;
        for (int dimension : shape) {
            product *= dimension;
        }
        return product;
    }

    private static String flat(int count, List<String> elements) {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ",").append(elements.get(i % elements.size()));
        }
        return text.append(']').toString();
    }

    private static String nested(int[] shape, int dimension, List<String> elements, Random random) {
        int count = Math.max(0, shape[dimension] + wrong(random));
        if (dimension == shape.length - 1) {
            return flat(count, elements);
        }
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ",").append(nested(shape, dimension + 1, elements, random));
        }
        return text.append(']').toString();
    }

    private static List<BigDecimal> elements(Tensor tensor) {
        List<BigDecimal> elements = new ArrayList<>();
        ByteBuffer bytes = tensor.buffer();
        while (bytes.hasRemaining()) {
            elements.add(next(tensor.type(), bytes));
        }
        return elements;
    }

    private static BigDecimal next(ElementType type, ByteBuffer bytes) {
        return switch (type) {
            case FLOAT -> new BigDecimal(bytes.getFloat());
            case DOUBLE -> new BigDecimal(bytes.getDouble());
            case BOOL, INT8 -> new BigDecimal(bytes.get());
            case UINT8 -> new BigDecimal(Byte.toUnsignedInt(bytes.get()));
            case INT16 -> new BigDecimal(bytes.getShort());
            case UINT16 -> new BigDecimal(Short.toUnsignedInt(bytes.getShort()));
            case INT32 -> new BigDecimal(bytes.getInt());
            case UINT32 -> new BigDecimal(Integer.toUnsignedLong(bytes.getInt()));
            case INT64 -> new BigDecimal(bytes.getLong());
            default -> new BigDecimal(new BigInteger(Long.toUnsignedString(bytes.getLong())));
        };
    }
}
