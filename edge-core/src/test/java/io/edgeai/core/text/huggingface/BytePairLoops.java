package io.edgeai.core.text.huggingface;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** GPT-2's byte pairs as published, in plain loops: divide by the pattern, write bytes as characters, join by rank. */
final class BytePairLoops {
    private static final Pattern WORDS = Pattern.compile(
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
            Pattern.UNICODE_CHARACTER_CLASS);

    final List<String[]> merges = new ArrayList<>();
    final Map<String, Integer> ids = new LinkedHashMap<>();

    /** Learns merges: the commonest neighbours become one, again and again; the first in order of ties. */
    BytePairLoops(List<String> corpus, int count, List<String> special) {
        special.forEach(token -> ids.put(token, ids.size()));
        for (int b = 0; b < 256; b++) {
            ids.put(String.valueOf(visible(b)), ids.size());
        }
        List<List<String>> words = new ArrayList<>();
        corpus.forEach(text -> words(text).forEach(word -> words.add(letters(word))));
        for (int i = 0; i < count; i++) {
            Map<String, Integer> pairs = new LinkedHashMap<>();
            for (List<String> word : words) {
                for (int k = 0; k + 1 < word.size(); k++) {
                    pairs.merge(word.get(k) + " " + word.get(k + 1), 1, Integer::sum);
                }
            }
            if (pairs.isEmpty()) {
                return;
            }
            String[] pair = pairs.entrySet().stream()
                    .max(Map.Entry.comparingByValue())
                    .orElseThrow()
                    .getKey()
                    .split(" ");
            merges.add(pair);
            ids.putIfAbsent(pair[0] + pair[1], ids.size());
            words.forEach(word -> join(word, pair));
        }
    }

    List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORDS.matcher(text);
        while (matcher.find()) {
            words.add(matcher.group());
        }
        return words;
    }

    private static List<String> letters(String word) {
        List<String> letters = new ArrayList<>();
        for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
            letters.add(String.valueOf(visible(b & 255)));
        }
        return letters;
    }

    private static void join(List<String> word, String[] pair) {
        for (int k = 0; k + 1 < word.size(); k++) {
            if (word.get(k).equals(pair[0]) && word.get(k + 1).equals(pair[1])) {
                word.set(k, pair[0] + pair[1]);
                word.remove(k + 1);
            }
        }
    }

    List<Long> encode(String text) {
        Map<String, Integer> ranks = new HashMap<>();
        for (int i = 0; i < merges.size(); i++) {
            ranks.putIfAbsent(merges.get(i)[0] + " " + merges.get(i)[1], i);
        }
        List<Long> all = new ArrayList<>();
        for (String part : words(text)) {
            List<String> word = letters(part);
            while (true) {
                int best = Integer.MAX_VALUE;
                for (int k = 0; k + 1 < word.size(); k++) {
                    best = Math.min(best, ranks.getOrDefault(word.get(k) + " " + word.get(k + 1), best));
                }
                if (best == Integer.MAX_VALUE) {
                    break;
                }
                join(word, merges.get(best));
            }
            word.forEach(token -> all.add((long) ids.get(token)));
        }
        return all;
    }

    /** Bytes that print stand for themselves, the others for characters from 256 on, in order. */
    static char visible(int b) {
        int hidden = 0;
        for (int i = 0; i < b; i++) {
            hidden += prints(i) ? 0 : 1;
        }
        return prints(b) ? (char) b : (char) (256 + hidden);
    }

    private static boolean prints(int b) {
        return b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE && b <= 0xFF;
    }
}
