package io.edgeai.formats.sklearn.ops;

import io.edgeai.formats.sklearn.graph.Emitter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts of words and of their runs. Stateless. */
final class Words {
    private static final String PAD = "\u0001";

    private Words() {}

    /** FLOAT [N, terms] of texts [N]. */
    static String counts(Emitter out, String texts, TextOptions options, String[] terms) {
        String tokens = tokens(out, texts, options);
        List<String[]> runs = new ArrayList<>();
        for (String term : terms) {
            String[] words = options.to() == 1 ? new String[] {term} : term.split(" ", -1);
            boolean stopped = List.of(words).stream().anyMatch(options.stops()::contains);
            boolean possible = words.length >= options.from() && words.length <= options.to() && !stopped;
            runs.add(possible ? words : Runs.never(runs.size()));
        }
        boolean adjacent = options.to() > 1;
        boolean gaps = !options.stops().isEmpty() || !options.pattern().whole().isEmpty();
        return adjacent && gaps ? closed(out, tokens, options, runs) : Runs.ofText(out, tokens, runs);
    }

    /**
     * The words of texts.
     *
     * @param words STRING [N, most]
     * @param kept BOOL [N, most]; those kept stand together at the front
     */
    record Tokens(String words, String kept) {}

    /** Every word but those that are left out. */
    static Tokens kept(Emitter out, String texts, TextOptions options) {
        String tokens = tokens(out, texts, options);
        Map<String, Long> dropped = new LinkedHashMap<>();
        options.stops().forEach(stop -> dropped.put(stop, 0L));
        dropped.put(PAD, 0L);
        String keep = out.op("Greater", Runs.numbers(out, tokens, dropped, 1), out.longs(new long[] {0}));
        if (!options.pattern().whole().isEmpty()) {
            String matches = out.node("RegexFullMatch", tokens)
                    .attribute("pattern", options.pattern().whole())
                    .output(0);
            keep = out.op("And", keep, matches);
        }
        boolean gaps = !options.stops().isEmpty() || !options.pattern().whole().isEmpty();
        if (options.to() == 1 || !gaps) {
            return new Tokens(tokens, keep);
        }
        String order = Runs.keptFirst(out, tokens, keep);
        return new Tokens(taken(out, tokens, order), taken(out, keep, order));
    }

    private static String taken(Emitter out, String values, String order) {
        return out.node("GatherElements", values, order).attribute("axis", 1L).output(0);
    }

    /** STRING [N, most], filled up with {@link #PAD}. */
    private static String tokens(Emitter out, String texts, TextOptions options) {
        return out.node("Tokenizer", texts)
                .domain("com.microsoft")
                .attribute("mark", 0L)
                .attribute("mincharnum", 1L)
                .attribute("pad_value", PAD)
                .attribute("tokenexp", options.pattern().runs())
                .output(0);
    }

    /** Words that are left out have no place: those around them become neighbours. */
    private static String closed(Emitter out, String tokens, TextOptions options, List<String[]> runs) {
        Map<String, Long> ids = new LinkedHashMap<>();
        runs.forEach(words -> List.of(words).forEach(word -> ids.putIfAbsent(word, (long) ids.size())));
        List<long[]> numbers = new ArrayList<>();
        for (String[] words : runs) {
            numbers.add(List.of(words).stream().mapToLong(ids::get).toArray());
        }
        long unknown = ids.size();
        options.stops().forEach(stop -> ids.put(stop, -1L));
        ids.put(PAD, -1L);
        String found = Runs.numbers(out, tokens, ids, unknown);
        String keep = out.op("GreaterOrEqual", found, out.longs(new long[] {0}));
        if (!options.pattern().whole().isEmpty()) {
            String matches = out.node("RegexFullMatch", tokens)
                    .attribute("pattern", options.pattern().whole())
                    .output(0);
            keep = out.op("And", keep, matches);
        }
        return Runs.ofNumbers(out, Runs.closed(out, found, keep), numbers);
    }
}
