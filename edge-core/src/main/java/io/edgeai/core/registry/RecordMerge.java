package io.edgeai.core.registry;

import io.edgeai.core.model.Digest;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Puts together what the tables say of each version of a model, as {@link Entry#record()} does, and holds the digest of that
 * against the audit's. All of it comes as texts by rising number. Used once; not thread-safe.
 */
final class RecordMerge {
    private static final int HEX_DIGITS = 64;
    private static final int ROOM = 64;

    private final ReadableTexts readable;
    private final byte[] versions;
    private final Heads heads;
    private final List<Details> details = new ArrayList<>();
    private final MessageDigest sha = Digest.sha256();
    private final byte[] digest = new byte[HEX_DIGITS / 2];
    private byte[] all;
    private int used;

    /**
     * @param versions for each version its reference and eleven texts
     * @param heads for each version a line with its number, the digest and the action of the last that the audit says of it
     */
    RecordMerge(ReadableTexts readable, byte[] versions, byte[] heads) {
        this.readable = readable;
        this.versions = versions;
        this.heads = new Heads(heads);
        this.all = new byte[versions.length + ROOM];
    }

    /**
     * @param rows for each row the version's number and further texts
     * @param row passes over those texts
     * @param counted whether a record says how many rows there are
     */
    void add(byte[] rows, Consumer<FieldReader> row, boolean counted) {
        details.add(new Details(rows, row, counted));
    }

    /** @throws IllegalArgumentException where anything is not as it was written, or in another order */
    ModelTexts of(String model) {
        FieldReader fields = new FieldReader(versions);
        int[] ends = new int[ROOM];
        int count = 0;
        int last = 0;
        while (fields.more()) {
            int from = fields.position();
            int number = fields.next().number();
            require(number > last, number);
            last = number;
            readable.version(fields);
            int begin = used;
            append(versions, from, fields.position());
            for (Details more : details) {
                more.appendOf(number);
            }
            sha.update(all, begin, used - begin);
            digest();
            require(heads.next(number, digest), number);
            if (count == ends.length) {
                ends = Arrays.copyOf(ends, 2 * count);
            }
            ends[count++] = used;
        }
        require(heads.end() && details.stream().allMatch(Details::end), last);
        return new ModelTexts(model, Arrays.copyOf(all, used), Arrays.copyOf(ends, count));
    }

    private void digest() {
        try {
            int length = sha.digest(digest, 0, digest.length);
            assert length == digest.length;
        } catch (DigestException e) {
            throw new IllegalStateException("SHA-256 has 32 bytes", e);
        }
    }

    private void append(byte[] from, int begin, int end) {
        if (all.length - used < end - begin) {
            all = Arrays.copyOf(all, Math.max(all.length + all.length / 2, used + end - begin));
        }
        System.arraycopy(from, begin, all, used, end - begin);
        used += end - begin;
    }

    private static void require(boolean condition, int number) {
        if (!condition) {
            throw new IllegalArgumentException("version " + number + " is not as it was written");
        }
    }

    /** What belongs to versions besides: their tags, deployments or aliases. */
    private final class Details {
        private static final byte[] NONE = counted(0);
        private static final byte[] ONE = counted(1);

        private final byte[] rows;
        private final Consumer<FieldReader> row;
        private final boolean counted;
        private final FieldReader fields;
        private int waiting;
        private int[] bounds = new int[2 * ROOM];

        Details(byte[] rows, Consumer<FieldReader> row, boolean counted) {
            this.rows = rows;
            this.row = row;
            this.counted = counted;
            this.fields = new FieldReader(rows);
            this.waiting = following();
        }

        private int following() {
            return fields.more() ? fields.next().number() : Integer.MAX_VALUE;
        }

        private void appendOf(int number) {
            int count = 0;
            while (waiting == number) {
                if (2 * count == bounds.length) {
                    bounds = Arrays.copyOf(bounds, 2 * bounds.length);
                }
                bounds[2 * count] = fields.position();
                row.accept(fields);
                bounds[2 * count + 1] = fields.position();
                count++;
                waiting = following();
            }
            if (counted) {
                byte[] text = count == 0 ? NONE : count == 1 ? ONE : counted(count);
                append(text, 0, text.length);
            }
            for (int i = 0; i < count; i++) {
                append(rows, bounds[2 * i], bounds[2 * i + 1]);
            }
        }

        private static byte[] counted(int count) {
            String digits = Integer.toString(count);
            return (digits.length() + ":" + digits + "\n").getBytes(StandardCharsets.US_ASCII);
        }

        private boolean end() {
            return waiting == Integer.MAX_VALUE;
        }
    }
}
