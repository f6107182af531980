package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.formats.sklearn.graph.Emitter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts of runs of letters: of the whole text, where white space of two or more counts as one space
 * ({@code char}), or within each word with a space at both ends ({@code char_wb}), where a word shorter than the
 * shortest run counts as one run. Stateless.
 */
final class Spelling {
    private static final String SPACES = "\t\n\u000b\f\r\u001c\u001d\u001e\u001f \u0085\u00a0\u1680\u2000\u2001\u2002"
            + "\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000";

    private final Emitter out;
    private final Map<String, Long> ids = new LinkedHashMap<>();
    private final String letters;
    private final String numbers;
    private final String spaces;

    private Spelling(Emitter out, String texts, List<String[]> runs) {
        this.out = out;
        runs.forEach(run -> List.of(run).forEach(this::add));
        SPACES.chars().mapToObj(Character::toString).forEach(this::add);
        letters = Letters.apart(out, texts);
        long unknown = ids.size();
        Map<String, Long> all = new LinkedHashMap<>(ids);
        all.put("", -1L);
        numbers = Runs.numbers(out, letters, all, unknown);
        Map<String, Long> blank = new LinkedHashMap<>();
        SPACES.chars().mapToObj(Character::toString).forEach(space -> blank.put(space, 1L));
        spaces = out.cast(Runs.numbers(out, letters, blank, 0), ElementType.BOOL);
    }

    private void add(String letter) {
        ids.putIfAbsent(letter, (long) ids.size());
    }

    /** FLOAT [N, terms] of texts [N]. */
    static String counts(Emitter out, String texts, TextOptions options, String[] terms) {
        boolean within = options.analyzer().equals("char_wb");
        List<String[]> runs = new ArrayList<>();
        for (String term : terms) {
            String[] letters = term.codePoints().mapToObj(Character::toString).toArray(String[]::new);
            boolean whole = within && letters.length > 2 && term.startsWith(" ") && term.endsWith(" ");
            boolean possible = letters.length <= options.to() && (letters.length >= options.from() || whole);
            runs.add(possible ? letters : Runs.never(runs.size()));
        }
        Spelling spelling = new Spelling(out, texts, runs);
        List<long[]> numbered = new ArrayList<>();
        for (String[] run : runs) {
            numbered.add(List.of(run).stream().mapToLong(spelling.ids::get).toArray());
        }
        return Runs.ofNumbers(out, within ? spelling.words() : spelling.text(), numbered);
    }

    private String text() {
        String second = out.op("And", spaces, beside(spaces, true));
        String first = out.op("And", spaces, beside(spaces, false));
        String known = out.op("GreaterOrEqual", numbers, number(0));
        String keep = out.op("And", known, out.op("Not", second));
        return Runs.closed(out, out.where(first, number(space()), numbers), keep);
    }

    /** Each letter with what may stand around it: the end of the word before, a space before it, a space after it. */
    private String words() {
        String inWord = out.op("And", out.op("GreaterOrEqual", numbers, number(0)), out.op("Not", spaces));
        String begins = out.op("And", inWord, out.op("Not", beside(inWord, true)));
        String ends = out.op("And", inWord, out.op("Not", beside(inWord, false)));
        String between = number(ids.size() + 1L);
        List<String> places = List.of(
                out.unsqueeze(out.where(begins, between, number(-1)), 2),
                out.unsqueeze(out.where(begins, number(space()), number(-1)), 2),
                out.unsqueeze(out.where(inWord, numbers, number(-1)), 2),
                out.unsqueeze(out.where(ends, number(space()), number(-1)), 2));
        String all =
                out.node("Flatten", out.concat(2, places)).attribute("axis", 1L).output(0);
        return Runs.closed(out, all, out.op("GreaterOrEqual", all, number(0)));
    }

    private long space() {
        return java.util.Objects.requireNonNull(ids.get(" "));
    }

    private String number(long value) {
        return out.longs(new long[] {value});
    }

    /** For each letter the flag of the one before it or behind it; false where there is none. */
    private String beside(String flags, boolean before) {
        String rows = out.node("Shape", flags)
                .attribute("start", 0L)
                .attribute("end", 1L)
                .output(0);
        String none =
                out.op("Expand", out.booleans(new boolean[] {false}, 1, 1), out.concat(0, List.of(rows, out.longs(1))));
        String joined = out.concat(1, before ? List.of(none, flags) : List.of(flags, none));
        return before
                ? out.op("Slice", joined, out.longs(0), out.longs(-1), out.longs(1))
                : out.op("Slice", joined, out.longs(1), out.longs(Long.MAX_VALUE), out.longs(1));
    }
}
