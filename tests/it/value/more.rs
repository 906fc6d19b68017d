//! Built-in functions on series, places, units and other special matters, beyond the documentation's examples.

use super::check;

#[test]
fn functions_on_two_series() {
    check(
        r#"
        series_add(dynamic([1, 2, 3]), dynamic([10, 20])) -> dynamic([11, 22, null])
        series_add(dynamic([]), dynamic([1])) -> dynamic([null])
        series_add(dynamic([]), dynamic([])) -> dynamic([])
        series_add(dynamic([1, "a", null, true]), dynamic([1, 1, 1, 1])) -> dynamic([2, null, null, null])
        series_add(dynamic([1, 2]), dynamic([0.5, 1])) -> dynamic([1.5, 3.0])
        series_add(dynamic([9223372036854775807]), dynamic([1])) -> dynamic([-9223372036854775808])
        series_add(null, dynamic([1])) -> null
        series_add(dynamic({"a": 1}), dynamic([1])) -> null
        series_subtract(10, dynamic([1, 2])) -> dynamic([9, 8])
        series_multiply(dynamic([1, 2]), 0.5) -> dynamic([0.5, 1.0])
        series_multiply(2, 3) -> null
        series_divide(dynamic([1, 4]), dynamic([2, 2])) -> dynamic([0.5, 2.0])
        series_pow(dynamic([2, 9]), dynamic([3, 0.5])) -> dynamic([8.0, 3.0])
        series_greater(dynamic([1, 2, "x"]), dynamic([1, 1, 1])) -> dynamic([false, true, null])
        series_less_equals(dynamic([1, 2, 3]), 2) -> dynamic([true, true, false])
        series_equals(dynamic([1, 2.0]), dynamic([1.0, 2])) -> dynamic([true, true])
        series_not_equals(dynamic([1]), dynamic([1, 2])) -> dynamic([false, null])
        series_pearson_correlation(dynamic([1, 2]), dynamic([1, 2, 3])) -> null
        series_pearson_correlation(dynamic([1, "x"]), dynamic([1, 2])) -> null
        series_cosine_similarity(dynamic([3, 4]), dynamic([3, 4]), 5, 5) -> real(1)
        series_cosine_similarity(dynamic([]), dynamic([])) -> null
        series_sign(dynamic([-2, 0, 3.5, null, "a"])) -> dynamic([-1.0, 0.0, 1.0, null, null])
        "#,
    );
}

#[test]
fn functions_that_fill_series() {
    check(
        r"
        series_fill_const(dynamic([null, 1, -1]), 0) -> dynamic([0, 1, -1])
        series_fill_const(dynamic([null, 1, -1]), 0, -1) -> dynamic([null, 1, 0])
        series_fill_const(dynamic([]), 0) -> dynamic([])
        series_fill_const(null, 0) -> null
        series_fill_forward(dynamic([null, 1, null])) -> dynamic([null, 1, 1])
        series_fill_forward(dynamic([0, 1, 0]), 0) -> dynamic([0, 1, 1])
        series_fill_backward(dynamic([null, 1, null, 2, null])) -> dynamic([1, 1, 2, 2, null])
        series_fill_linear(dynamic([1, null, 2])) -> dynamic([1, 1, 2])
        series_fill_linear(dynamic([1.0, null, 2])) -> dynamic([1.0, 1.5, 2])
        series_fill_linear(dynamic([null, 5, null]), null, false) -> dynamic([null, 5, null])
        series_fill_linear(dynamic([0, 5, 0]), 0) -> dynamic([5, 5, 5])
        series_fill_linear(dynamic([null]), null, true, 7) -> dynamic([7.0])
        series_fill_linear(dynamic([])) -> dynamic([])
        series_fir(dynamic([1, 2, 3]), dynamic([1, 1])) -> dynamic([0.5, 1.5, 2.5])
        series_fir(dynamic([1, 2, 3]), dynamic([1, -1])) -> dynamic([1.0, 1.0, 1.0])
        series_fir(dynamic([1, 2, 3]), dynamic([1, -1]), true) -> null
        series_fir(dynamic([1, 2, 3]), dynamic([1, 1, 1]), false, true) -> dynamic([3.0, 6.0, 5.0])
        series_fir(dynamic([1, 2, 3]), dynamic([1, 1]), true, true) -> error
        series_fir(dynamic([]), dynamic([1])) -> dynamic([])
        series_iir(dynamic([1, 1, 1]), dynamic([1]), dynamic([1, -1])) -> dynamic([1.0, 2.0, 3.0])
        series_iir(dynamic([2, 4]), dynamic([1]), dynamic([2])) -> dynamic([1.0, 2.0])
        series_iir(dynamic([1]), dynamic([1]), dynamic([])) -> null
        series_stats(dynamic([2, 4])) -> dynamic([2.0, 0, 4.0, 1, 3.0, 1.4142135623730951, 2.0])
        series_stats(dynamic([])) -> null
        series_fit_line(dynamic([1, 2, 3])) -> dynamic([1.0, 1.0, 1.0, 0.0, 1.0, [1.0, 2.0, 3.0]])
        series_fit_line(dynamic([1])) -> null
        ",
    );
}

#[test]
fn special_functions() {
    check(
        r"
        erf(0) -> real(0)
        erfc(0) -> real(1)
        gamma(5) -> real(24)
        gamma(null) -> null
        loggamma(1) -> real(0)
        beta_cdf(0, 2, 3) -> real(0)
        beta_cdf(1, 2, 3) -> real(1)
        beta_inv(2, 1, 1) -> null
        beta_inv(-0.5, 1, 1) -> null
        beta_inv(0, 1, 1) -> real(null)
        beta_pdf(null, 1, 1) -> null
        welch_test(1, 0, 5, 1, 0, 5) -> null
        ",
    );
}

#[test]
fn conversions_of_units() {
    check(
        r#"
        convert_length(1, "Kilometer", "Meter") -> real(1000)
        convert_length(1, "Meter", "meter") -> null
        convert_length(1, "Meter", "Second") -> null
        convert_length(1, "", "Meter") -> null
        convert_length(null, "Meter", "Meter") -> null
        convert_length(1, "Mile", "Meter") -> error
        convert_temperature(0, "DegreeCelsius", "Kelvin") -> 273.15
        convert_temperature(100, "DegreeDelisle", "DegreeDelisle") -> real(100)
        convert_speed(36, "KilometerPerHour", "MeterPerSecond") -> real(10)
        convert_mass(1, "Tonne", "Kilogram") -> real(1000)
        convert_energy(1, "KilowattHour", "Joule") -> real(3600000)
        convert_force(1, "Kilonewton", "Newton") -> real(1000)
        convert_volume(1, "CubicMeter", "Liter") -> real(1000)
        convert_angle(1, "Revolution", "Degree") -> real(360)
        "#,
    );
}

#[test]
fn functions_on_encoded_text() {
    check(
        r#"
        punycode_from_string("") -> ""
        punycode_from_string("abc") -> "abc-"
        punycode_to_string("abc-") -> "abc"
        punycode_from_string("ü") -> "tda"
        punycode_to_string("tda") -> "ü"
        punycode_to_string("ü") -> ""
        punycode_to_string("99999999") -> ""
        punycode_domain_to_string("bücher.example") -> "xn--bcher-kva.example"
        punycode_domain_from_string("xn--bcher-kva.example") -> "bücher.example"
        punycode_domain_from_string("xn--\u0001.a") -> "xn--\u0001.a"
        punycode_domain_to_string("...") -> "..."
        zlib_decompress_from_base64_string("eJwLSS0uUSguKcrMS1cwNDIGACxqBQ4=") -> "Test string 123"
        zlib_decompress_from_base64_string("") -> ""
        zlib_decompress_from_base64_string("x0x0x0") -> ""
        gzip_decompress_from_base64_string("eJwLSS0uUSguKcrMS1cwNDIGACxqBQ4=") -> ""
        has_any_index("a_Bc d", dynamic(["x", "bC"])) -> 1
        has_any_index("abc", dynamic(["b", ""])) -> 1
        has_any_index("ÄÖ x", dynamic(["äö"])) -> 0
        has_any_index("ÄÖ x", dynamic(["ä"])) -> -1
        "#,
    );
}

#[test]
fn datetimes_of_time_zones() {
    check(
        r#"
        datetime_utc_to_local(datetime(2024-01-01), "Europe/Berlin") -> datetime(2024-01-01 01:00)
        datetime_utc_to_local(datetime(2024-07-01 00:00:00.1234567), "US/Pacific") -> datetime(2024-06-30 17:00:00.1234567)
        datetime_utc_to_local(datetime(2024-01-01), "Nowhere/At_All") -> error
        datetime_utc_to_local(datetime(0001-01-01), "US/Pacific") -> null
        datetime_utc_to_local(null, "UTC") -> null
        datetime_local_to_utc(datetime(2024-01-01), "UTC") -> datetime(2024-01-01)
        datetime_local_to_utc(datetime(2024-03-31 02:30), "Europe/Berlin") -> datetime(2024-03-31 00:30)
        datetime_local_to_utc(datetime(2024-10-27 02:30), "Europe/Berlin") -> error
        datetime_local_to_utc(datetime(2024-06-01), "Asia/Kolkata") -> datetime(2024-05-31 18:30)
        "#,
    );
}

#[test]
fn functions_on_points_and_cells() {
    check(
        r#"
        geo_distance_2points(0, 0, 0, 0) -> real(0)
        geo_distance_2points(0, 91, 0, 0) -> null
        geo_distance_2points(null, 0, 0, 0) -> null
        geo_point_in_circle(0, 0, 0, 0, 0) -> null
        geo_point_in_circle(0, 0, 1, 0, 100) -> false
        geo_point_in_circle(0, 0, 0, 0, -1) -> null
        geo_azimuth(0, 0, 0, 1) -> real(0)
        geo_azimuth(5, 5, 5, 5) -> null
        geo_angle(0, 0, 0, 0, 1, 1) -> null
        geo_point_to_geohash(0, 0, 1) -> "s"
        geo_point_to_geohash(0, 0) -> "s0000"
        geo_point_to_geohash(0, 0, 0) -> ""
        geo_point_to_geohash(0, 0, 19) -> ""
        geo_point_to_geohash(180, 90, 3) -> "zzz"
        geo_geohash_to_central_point("s") -> dynamic({"type": "Point", "coordinates": [22.5, 22.5]})
        geo_geohash_to_central_point("") -> null
        geo_geohash_to_central_point("é") -> null
        geo_geohash_to_polygon("0000000000000000000") -> null
        geo_geohash_neighbors("s") -> dynamic(["7", "k", "m", "t", "e", "v", "u", "g"])
        geo_point_to_s2cell(0, 0, 0) -> "1"
        geo_point_to_s2cell(0, 0, 31) -> ""
        geo_point_to_s2cell(0, 0, 30) -> "1000000000000001"
        geo_s2cell_to_central_point("1") -> dynamic({"type": "Point", "coordinates": [0.0, 0.0]})
        geo_s2cell_to_central_point("") -> null
        geo_s2cell_to_central_point("f") -> null
        geo_s2cell_to_polygon("00000000000000001") -> null
        geo_point_to_h3cell(0, 0, 16) -> ""
        geo_point_to_h3cell(0, 91, 1) -> ""
        geo_h3cell_level("8001fffffffffff") -> int(0)
        geo_h3cell_level("") -> null
        geo_h3cell_parent("8001fffffffffff") -> ""
        geo_h3cell_children("8001fffffffffff", 0) -> null
        geo_h3cell_children("8001fffffffffff", 15) -> error
        geo_h3cell_rings("8001fffffffffff", -1) -> null
        geo_h3cell_rings("8001fffffffffff", 0) -> dynamic([["8001fffffffffff"]])
        "#,
    );
}

#[test]
fn functions_on_shapes() {
    check(
        r#"
        geo_line_length(dynamic({"type": "LineString", "coordinates": [[0, 0]]})) -> null
        geo_line_length(dynamic({"type": "Point", "coordinates": [0, 0]})) -> null
        geo_line_length(dynamic({"type": "LineString", "coordinates": [[0, 0], [0, 91]]})) -> null
        geo_line_length(dynamic({"type": "LineString", "coordinates": "x"})) -> null
        geo_line_length(dynamic([])) -> null
        geo_line_interpolate_point(dynamic({"type": "LineString", "coordinates": [[0, 0], [10, 0]]}), 0) -> dynamic({"type": "Point", "coordinates": [0.0, 0.0]})
        geo_line_interpolate_point(dynamic({"type": "LineString", "coordinates": [[0, 0], [10, 0]]}), 1.5) -> null
        geo_line_locate_point(dynamic({"type": "LineString", "coordinates": [[0, 0], [10, 0]]}), -20, 0) -> real(0)
        geo_distance_point_to_line(0, 0, dynamic({"type": "LineString", "coordinates": [[0, 0], [10, 0]]})) -> real(0)
        geo_point_in_polygon(5, 3, dynamic({"type": "Polygon", "coordinates": [[[0, 0], [10, 0], [10, 10], [0, 0]]]})) -> true
        geo_point_in_polygon(3, 5, dynamic({"type": "Polygon", "coordinates": [[[0, 0], [10, 0], [10, 10], [0, 0]]]})) -> false
        geo_point_in_polygon(-175, 5, dynamic({"type": "Polygon", "coordinates": [[[0, 0], [10, 0], [10, 10], [0, 0]]]})) -> false
        geo_point_in_polygon(5, 3, dynamic({"type": "Polygon", "coordinates": [[[0, 0], [10, 0], [10, 10]]]})) -> null
        geo_point_in_polygon(5, 3, dynamic({"type": "Polygon", "coordinates": [[[0, 0], [10, 10], [10, 0], [0, 10], [0, 0]]]})) -> null
        geo_point_in_polygon(5, 4, dynamic({"type": "Polygon", "coordinates": [[[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]], [[4, 3], [6, 3], [6, 6], [4, 6], [4, 3]]]})) -> false
        geo_polygon_area(dynamic({"type": "Polygon", "coordinates": []})) -> null
        geo_polygon_area(dynamic({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0], [0, 0]]]})) -> null
        geo_distance_point_to_polygon(5, 3, dynamic({"type": "Polygon", "coordinates": [[[0, 0], [10, 0], [10, 10], [0, 0]]]})) -> real(0)
        geo_from_wkt("POINT (1 -2.5)") -> dynamic({"type": "Point", "coordinates": [1.0, -2.5]})
        geo_from_wkt("point(1 2) x") -> null
        geo_from_wkt("LINESTRING (1 2, 3)") -> null
        geo_from_wkt("") -> null
        geo_from_wkt("MULTIPOINT ((1 2), (3 4))") -> dynamic({"type": "MultiPoint", "coordinates": [[1.0, 2.0], [3.0, 4.0]]})
        "#,
    );
}
