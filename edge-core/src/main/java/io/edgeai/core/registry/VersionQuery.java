package io.edgeai.core.registry;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.WorkloadType;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiPredicate;

/**
 * Conditions that a version must all meet. As text: words separated by spaces, each {@code field:value}; a minus before it
 * means "not", quotes keep spaces together. A word without a field is looked for in name, derivation, tags and aliases.
 *
 * <pre>
 * stage:active  format:onnx  workload:computer_vision  model:defects  tag:site=north  tag:site  alias:best
 * env:lab  size&gt;1000000  size&lt;5000000  after:2026-01-01T00:00:00Z  before:2026-06-01T00:00:00Z  -derived:int8
 * </pre>
 *
 * Immutable and thread-safe.
 */
public final class VersionQuery {
    private static final VersionQuery ALL = new VersionQuery(List.of(), false);

    private final List<BiPredicate<ModelVersion, Standing>> conditions;

    private final boolean erasedToo;

    private VersionQuery(List<BiPredicate<ModelVersion, Standing>> conditions, boolean erasedToo) {
        this.conditions = List.copyOf(conditions);
        this.erasedToo = erasedToo;
    }

    /** Every version that is not erased. */
    public static VersionQuery all() {
        return ALL;
    }

    /** @throws InvalidInputException for an unknown field or value, naming those there are */
    public static VersionQuery parse(String text) {
        VersionQuery query = ALL;
        for (String word : words(text)) {
            boolean not = word.startsWith("-") && word.length() > 1;
            VersionQuery one = condition(not ? word.substring(1) : word);
            query = not ? query.and((v, s) -> !one.test(v, s)) : query.and(one);
        }
        return query;
    }

    private VersionQuery and(BiPredicate<ModelVersion, Standing> condition) {
        List<BiPredicate<ModelVersion, Standing>> more = new ArrayList<>(conditions);
        more.add(condition);
        return new VersionQuery(more, erasedToo);
    }

    private VersionQuery and(VersionQuery other) {
        List<BiPredicate<ModelVersion, Standing>> more = new ArrayList<>(conditions);
        more.addAll(other.conditions);
        return new VersionQuery(more, erasedToo || other.erasedToo);
    }

    public VersionQuery model(String name) {
        return and((version, standing) -> version.model().name().equals(name));
    }

    /** In the default environment. {@link Stage#ERASED} is the only way to see erased versions. */
    public VersionQuery stage(Stage stage) {
        VersionQuery query = and((version, standing) -> version.stage() == stage);
        return new VersionQuery(query.conditions, erasedToo || stage == Stage.ERASED);
    }

    public VersionQuery format(ModelFormat format) {
        return and((version, standing) -> version.format() == format);
    }

    public VersionQuery workload(WorkloadType workload) {
        return and((version, standing) -> version.workload() == workload);
    }

    public VersionQuery tag(String key, String value) {
        return and((version, standing) -> value.equals(version.tags().get(key)));
    }

    public VersionQuery alias(String name) {
        return and((version, standing) -> standing.aliases().contains(name));
    }

    /** Deployed there in any stage. */
    public VersionQuery environment(String name) {
        return and((version, standing) -> standing.deployments().containsKey(name));
    }

    public VersionQuery registeredBefore(Instant moment) {
        return and((version, standing) -> version.registeredAt().isBefore(moment));
    }

    public VersionQuery registeredAfter(Instant moment) {
        return and((version, standing) -> version.registeredAt().isAfter(moment));
    }

    boolean matches(Entry entry) {
        return (erasedToo || entry.stage() != Stage.ERASED) && test(entry.version(), entry.standing());
    }

    private boolean test(ModelVersion version, Standing standing) {
        return conditions.stream().allMatch(condition -> condition.test(version, standing));
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean quoted = false;
        boolean open = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
                open = true;
            } else if (Character.isWhitespace(c) && !quoted) {
                if (open) {
                    words.add(word.toString());
                }
                word.setLength(0);
                open = false;
            } else {
                word.append(c);
                open = true;
            }
        }
        if (quoted) {
            throw new InvalidInputException("Query (" + text + ") has a quote that does not end. Maybe add one.");
        }
        if (open) {
            words.add(word.toString());
        }
        return words;
    }

    private static VersionQuery condition(String word) {
        if (word.startsWith("size>") || word.startsWith("size<")) {
            long bytes = number(word);
            return word.charAt(4) == '>'
                    ? ALL.and((v, s) -> v.sizeBytes() > bytes)
                    : ALL.and((v, s) -> v.sizeBytes() < bytes);
        }
        int colon = word.indexOf(':');
        if (colon <= 0) {
            return ALL.and(anywhere(word));
        }
        String value = word.substring(colon + 1);
        return switch (word.substring(0, colon)) {
            case "model" -> ALL.model(value);
            case "stage" -> ALL.stage(constant(Stage.class, value));
            case "format" -> ALL.format(constant(ModelFormat.class, value));
            case "workload" -> ALL.workload(constant(WorkloadType.class, value));
            case "tag" -> tagged(value);
            case "alias" -> ALL.alias(value);
            case "env" -> ALL.environment(value);
            case "derived" -> ALL.and((v, s) -> v.derivation().contains(value));
            case "before" -> ALL.registeredBefore(instant(value));
            case "after" -> ALL.registeredAfter(instant(value));
            default ->
                throw new InvalidInputException("Query word (" + word + ") has an unknown field. Maybe one of model,"
                        + " stage, format, workload, tag, alias, env, derived, before, after, or size> and size<.");
        };
    }

    private static VersionQuery tagged(String value) {
        int equals = value.indexOf('=');
        return equals < 0
                ? ALL.and((v, s) -> v.tags().containsKey(value))
                : ALL.tag(value.substring(0, equals), value.substring(equals + 1));
    }

    private static BiPredicate<ModelVersion, Standing> anywhere(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        return (v, s) -> {
            List<String> texts = new ArrayList<>(List.of(v.model().name(), v.derivation()));
            for (Map.Entry<String, String> tag : v.tags().entrySet()) {
                texts.add(tag.getKey());
                texts.add(tag.getValue());
            }
            texts.addAll(s.aliases());
            return texts.stream().anyMatch(text -> text.toLowerCase(Locale.ROOT).contains(lower));
        };
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String value) {
        String wanted = value.toUpperCase(Locale.ROOT).replace('-', '_');
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(wanted)) {
                return constant;
            }
        }
        throw new InvalidInputException("(" + value + ") is no " + type.getSimpleName() + ". Maybe one of "
                + List.of(type.getEnumConstants()) + ".");
    }

    private static long number(String word) {
        try {
            return Long.parseLong(word.substring(5));
        } catch (NumberFormatException e) {
            throw new InvalidInputException(
                    "Query word (" + word + ") needs a number of bytes. Maybe size>1000000?", e);
        }
    }

    private static Instant instant(String value) {
        try {
            return Instant.parse(value);
        } catch (DateTimeException e) {
            throw new InvalidInputException("(" + value + ") is no moment. Maybe write it as 2026-01-31T12:00:00Z.", e);
        }
    }
}
