package io.edgeai.monitor.openmetrics;

import io.edgeai.core.error.InvalidInputException;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Writes one exposition: {@link #family} begins a family, {@link #sample} adds to it, {@link #end} gives the text. Not
 * thread-safe.
 */
public final class OpenMetrics {
    /** The content type of the text. */
    public static final String CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

    /** Types of families that this writer is asked for. */
    public enum Type {
        COUNTER,
        GAUGE,
        HISTOGRAM,
        SUMMARY
    }

    private final StringBuilder text = new StringBuilder();
    private final Set<String> families = new HashSet<>();
    private String family = "";

    /**
     * Begins a family.
     *
     * @param unit e.g. {@code "seconds"}, which must be the name's suffix; empty for none
     * @throws InvalidInputException for a name that is malformed, used before or without its unit
     */
    public OpenMetrics family(String name, Type type, String unit, String help) {
        if (!NAME.matcher(name).matches() || !families.add(name)) {
            throw new InvalidInputException("Family (" + name + ") is malformed or there already.");
        }
        if (!unit.isEmpty() && !name.endsWith("_" + unit)) {
            throw new InvalidInputException("Family (" + name + ") must end in its unit (_" + unit + ").");
        }
        family = name;
        text.append("# TYPE ")
                .append(name)
                .append(' ')
                .append(type.name().toLowerCase(Locale.ROOT))
                .append('\n');
        if (!unit.isEmpty()) {
            text.append("# UNIT ").append(name).append(' ').append(unit).append('\n');
        }
        text.append("# HELP ").append(name).append(' ').append(escaped(help)).append('\n');
        return this;
    }

    /** Adds a whole number. {@code suffix} e.g. {@code "_total"}, or empty. */
    public OpenMetrics sample(String suffix, Map<String, String> labels, long value) {
        return sample(suffix, labels, Long.toString(value));
    }

    /** Adds a number. */
    public OpenMetrics sample(String suffix, Map<String, String> labels, double value) {
        return sample(suffix, labels, number(value));
    }

    private OpenMetrics sample(String suffix, Map<String, String> labels, String value) {
        text.append(family).append(suffix);
        if (!labels.isEmpty()) {
            char before = '{';
            for (Map.Entry<String, String> label : new TreeMap<>(labels).entrySet()) {
                if (!LABEL.matcher(label.getKey()).matches()) {
                    throw new InvalidInputException("Label (" + label.getKey() + ") is malformed.");
                }
                text.append(before)
                        .append(label.getKey())
                        .append("=\"")
                        .append(escaped(label.getValue()))
                        .append('"');
                before = ',';
            }
            text.append('}');
        }
        text.append(' ').append(value).append('\n');
        return this;
    }

    /** The whole text. */
    public String end() {
        return text + "# EOF\n";
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\"", "\\\"");
    }

    /** A number as the format wants it: as Go prints floats, and with a fraction where there is no exponent. */
    public static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        if (value == 0) {
            return "0.0";
        }
        BigDecimal decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = decimal.precision() - decimal.scale() - 1;
        if (exponent >= -4 && exponent < 6) {
            String plain = decimal.toPlainString();
            return plain.contains(".") ? plain : plain + ".0";
        }
        String digits = decimal.unscaledValue().abs().toString();
        String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        return (value < 0 ? "-" : "") + mantissa + "e" + (exponent < 0 ? "-" : "+")
                + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }
}
