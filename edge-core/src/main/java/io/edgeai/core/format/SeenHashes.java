package io.edgeai.core.format;

/** Which hashes of {@link NameHashes#fold} were met before, in 11 to 21 bytes each. Not thread-safe. */
final class SeenHashes {
    private long[] table = new long[64];
    private int count;
    private boolean zero;

    /** True where it is new. */
    boolean add(long hash) {
        if (hash == 0) { // marks free places
            boolean added = !zero;
            zero = true;
            return added;
        }
        if (4L * (count + 1) > 3L * table.length) {
            long[] old = table;
            table = new long[2 * old.length];
            for (long each : old) {
                if (each != 0) {
                    table[place(each)] = each;
                }
            }
        }
        int place = place(hash);
        if (table[place] == hash) {
            return false;
        }
        table[place] = hash;
        count++;
        return true;
    }

    private int place(long hash) {
        int place = (int) (hash ^ hash >>> 32) & table.length - 1;
        while (table[place] != 0 && table[place] != hash) {
            place = place + 1 & table.length - 1;
        }
        return place;
    }
}
