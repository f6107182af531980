package io.edgeai.core.format;

/** Numbers by hashes of {@link NameHashes#fold}, in 21 to 43 bytes each. Not thread-safe. */
final class LongTable {
    private long[] keys = new long[64];
    private long[] values = new long[64];
    private int count;

    void put(long hash, long value) {
        if (4L * (count + 1) > 3L * keys.length) {
            grow();
        }
        int place = place(hash | 1);
        count += keys[place] == 0 ? 1 : 0;
        keys[place] = hash | 1; // zero marks free places
        values[place] = value;
    }

    /** The number of a hash, or {@code otherwise}. */
    long get(long hash, long otherwise) {
        int place = place(hash | 1);
        return keys[place] == 0 ? otherwise : values[place];
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldValues = values;
        keys = new long[2 * oldKeys.length];
        values = new long[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int place = place(oldKeys[i]);
                keys[place] = oldKeys[i];
                values[place] = oldValues[i];
            }
        }
    }

    private int place(long key) {
        int place = (int) (key >>> 1 ^ key >>> 33) & keys.length - 1;
        while (keys[place] != 0 && keys[place] != key) {
            place = place + 1 & keys.length - 1;
        }
        return place;
    }
}
