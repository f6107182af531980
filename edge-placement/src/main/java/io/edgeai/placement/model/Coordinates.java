package io.edgeai.placement.model;

import io.edgeai.core.error.InvalidInputException;

/**
 * A point on Earth.
 *
 * @param latitude degrees north, -90 to 90
 * @param longitude degrees east, -180 to 180
 */
public record Coordinates(double latitude, double longitude) {
    /** Mean radius of Earth in kilometres (IUGG). */
    static final double EARTH_RADIUS_KM = 6371.0088;

    public Coordinates {
        if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) {
            throw new InvalidInputException("Coordinates (" + latitude + ", " + longitude
                    + ") are not on Earth. Maybe latitude and longitude are swapped?");
        }
    }

    /** Great-circle distance by the haversine formula. */
    public double kilometresTo(Coordinates other) {
        double phi = Math.toRadians(latitude);
        double otherPhi = Math.toRadians(other.latitude);
        double sinPhi = Math.sin((otherPhi - phi) / 2);
        double sinLambda = Math.sin(Math.toRadians(other.longitude - longitude) / 2);
        double h = sinPhi * sinPhi + Math.cos(phi) * Math.cos(otherPhi) * sinLambda * sinLambda;
        return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)));
    }
}
