package io.edgeai.core.serving.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * The specification's rules for one input of numbers, written a second time over a tree of exact decimals: slow, and
 * without any of the reader's code. Says what the elements are, or that the input must be refused.
 */
final class ReferenceReader {
    /** Thrown where the specification, or the element's type, does not allow the input. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private ReferenceReader() {}

    /** The elements of the one input of a request, in row-major order. */
    static List<BigDecimal> elements(JsonNode request) throws Refused {
        JsonNode input = request.get("inputs").get(0);
        List<BigInteger> shape = new ArrayList<>();
        for (JsonNode dimension : required(input, "shape")) {
            require(dimension.isIntegralNumber() && dimension.bigIntegerValue().signum() >= 0);
            shape.add(dimension.bigIntegerValue());
        }
        JsonNode data = required(input, "data");
        require(data.isArray());
        List<BigDecimal> elements = new ArrayList<>();
        String type = required(input, "datatype").asText();
        boolean nested = shape.size() > 1 && !data.isEmpty() && data.get(0).isArray();
        if (nested) {
            nested(data, shape, 0, type, elements);
        } else {
            for (JsonNode element : data) {
                elements.add(element(element, type));
            }
        }
        BigInteger product = shape.stream().reduce(BigInteger.ONE, BigInteger::multiply);
        require(product.equals(BigInteger.valueOf(elements.size())));
        return elements;
    }

    private static void nested(JsonNode data, List<BigInteger> shape, int dimension, String type, List<BigDecimal> into)
            throws Refused {
        require(BigInteger.valueOf(data.size()).equals(shape.get(dimension)));
        for (JsonNode each : data) {
            if (dimension == shape.size() - 1) {
                into.add(element(each, type));
            } else {
                require(each.isArray());
                nested(each, shape, dimension + 1, type, into);
            }
        }
    }

    private static BigDecimal element(JsonNode element, String type) throws Refused {
        if (type.equals("BOOL") && element.isBoolean()) {
            return element.booleanValue() ? BigDecimal.ONE : BigDecimal.ZERO;
        }
        require(element.isNumber());
        BigDecimal value = element.decimalValue();
        if (type.equals("FP64")) {
            require(Double.isFinite(value.doubleValue()));
            return new BigDecimal(value.doubleValue());
        }
        if (type.equals("FP32")) {
            require(Float.isFinite(value.floatValue()));
            return new BigDecimal(value.floatValue());
        }
        require(element.isIntegralNumber());
        int bits = type.equals("BOOL") ? 1 : Integer.parseInt(type.replaceAll("\\D", ""));
        boolean signed = type.startsWith("INT");
        BigInteger above = BigInteger.TWO.pow(signed ? bits - 1 : bits);
        BigInteger lowest = signed ? above.negate() : BigInteger.ZERO;
        require(value.toBigInteger().compareTo(lowest) >= 0
                && value.toBigInteger().compareTo(above) < 0);
        return value;
    }

    private static JsonNode required(JsonNode node, String member) throws Refused {
        require(node.has(member));
        return node.get(member);
    }

    private static void require(boolean holds) throws Refused {
        if (!holds) {
            throw new Refused();
        }
    }
}
